package dev.countersign.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Runs the independent verifier in `clients/python`, by the Python that the environment variable
/// `COUNTERSIGN_PYTHON` names. Tests that use it are tagged `python`.
public final class PythonVerifier {
  private PythonVerifier() {}

  /// What it said.
  ///
  /// @param lines of its output and what it complained of
  public record Said(int code, List<String> lines) {
    public Said {
      lines = List.copyOf(lines);
    }
  }

  /// Verifies; the arguments are those of its command line.
  public static Said run(List<String> arguments) {
    return python(clients().resolve("countersign_verify.py").toString(), arguments);
  }

  /// Runs a Python program beside the verifier, which can import it.
  public static Said program(String program, List<String> arguments) {
    var all = new ArrayList<>(List.of(program));
    all.addAll(arguments);
    return python("-c", all);
  }

  private static Said python(String what, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(
        Objects.requireNonNull(
            System.getenv("COUNTERSIGN_PYTHON"),
            "COUNTERSIGN_PYTHON must name a Python with `cryptography`"));
    command.add(what);
    command.addAll(arguments);
    try {
      var output = Files.createTempFile("python", ".out");
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("PYTHONPATH", clients().toString());
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
      int code = builder.start().waitFor();
      var lines = Files.readAllLines(output, StandardCharsets.UTF_8);
      Files.delete(output);
      return new Said(code, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The folder of the clients, from whichever module's folder a test runs in.
  private static Path clients() {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      var clients = folder.resolve("clients").resolve("python");
      if (Files.isDirectory(clients)) {
        return clients;
      }
    }
    throw new IllegalStateException("no folder `clients/python` above the working folder");
  }
}
