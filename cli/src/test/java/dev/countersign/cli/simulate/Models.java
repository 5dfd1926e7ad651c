package dev.countersign.cli.simulate;

import java.nio.file.Path;
import java.util.List;

/// The models that ship.
final class Models {
  static final List<String> SHIPPED =
      List.of("pharmacy-refill", "insurance-claim", "hr-onboarding");

  private Models() {}

  static Path file(String name) {
    return Path.of("..", "packs", "simulation", name + ".yaml");
  }

  static PackModel shipped(String name) {
    return ModelReader.read(file(name));
  }
}
