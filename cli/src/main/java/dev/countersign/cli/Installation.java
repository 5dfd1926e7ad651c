package dev.countersign.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// Where this program is installed, and its version.
///
/// @param home the folder with `packs`, which the launcher names; empty if it was started otherwise
record Installation(String version, Optional<Path> home) {

  /// The variable by which the launcher names the folder.
  static final String HOME = "COUNTERSIGN_HOME";

  static Installation of(Map<String, String> environment) {
    return new Installation(
        builtVersion(),
        Optional.ofNullable(environment.get(HOME)).filter(h -> !h.isEmpty()).map(Path::of));
  }

  /// The file as it is given, or the one of that name among the replays that ship.
  Path replayFile(Path given) {
    if (!Files.exists(given) && !given.isAbsolute() && home.isPresent()) {
      var shipped = home.get().resolve("packs").resolve("replay").resolve(given);
      if (Files.exists(shipped)) {
        return shipped;
      }
    }
    return given;
  }

  /// The file as it is given, or the model of the pack of that name.
  Path simulation(Path given) {
    if (!Files.exists(given) && given.getNameCount() == 1 && home.isPresent()) {
      return home.get().resolve("packs").resolve("simulation").resolve(given + ".yaml");
    }
    return given;
  }

  private static String builtVersion() {
    var properties = new Properties();
    try (var in = Installation.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}
