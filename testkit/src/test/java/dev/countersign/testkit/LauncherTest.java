package dev.countersign.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The `countersign` script at the root, in a clone whose Java and Maven are scripts of this test.
class LauncherTest {

  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "dirname",
          "find",
          "flock",
          "grep",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "tail",
          "touch",
          "tr");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path temporary;
  private Path clone;
  private Path tools;
  private Path work;
  private final Map<String, String> environment = new TreeMap<>();

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void makeClone() throws IOException {
    clone = Files.createDirectories(temporary.resolve("a clone"));
    tools = Files.createDirectories(temporary.resolve("tools"));
    work = Files.createDirectories(temporary.resolve("work folder"));
    Files.copy(launcher(), clone.resolve("countersign"), StandardCopyOption.COPY_ATTRIBUTES);
    source("pom.xml");
    source("server/pom.xml");
    source("server/src/main/java/Server.java");
    for (var tool : TOOLS) {
      for (var folder : List.of("/usr/bin", "/bin")) {
        var file = Path.of(folder, tool);
        if (Files.isExecutable(file) && !Files.exists(tools.resolve(tool))) {
          // Not a link: JUnit warns of each that leads out of its folder.
          script(tools.resolve(tool), "exec %s \"$@\"\n".formatted(file));
        }
      }
    }
    environment.put("PATH", tools.toString());
    environment.put("HOME", temporary.resolve("home").toString());
    environment.put("COUNTERSIGN_JDK_FOLDERS", temporary.resolve("jdks").toString());
  }

  @Test
  void helpListsTheCommandsWithoutAnyTool() throws Exception {
    for (var arguments : List.of(List.<String>of(), List.of("help"), List.of("--help"))) {
      var ran = run(arguments);
      assertThat(ran.code()).isZero();
      assertThat(ran.out()).contains("demo", "serve", "ledger verify", "tenant create", "version");
    }
    assertThat(run(List.of("serve", "--help")).out()).startsWith("usage: countersign serve");
  }

  @Test
  void unknownCommandIsNamed() throws Exception {
    var ran = run(List.of("frobnicate"));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("`frobnicate` is not a command").contains("hint:");
  }

  @Test
  void missingJdkIsSaidInOneLineWithWhereItLooked() throws Exception {
    jdk("old", "17.0.2");
    var ran = run(List.of("serve"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().lines()).hasSize(2);
    assertThat(ran.err())
        .contains("no JDK 25 or newer found")
        .contains(temporary.resolve("jdks").toString());
  }

  @Test
  void namedJdkThatIsTooOldIsRefused() throws Exception {
    environment.put("COUNTERSIGN_JAVA_HOME", jdk("old", "17.0.2").toString());
    assertThat(run(List.of("serve")).err()).contains("is not a JDK 25 or newer");
  }

  @Test
  void missingMavenIsSaid() throws Exception {
    jdk("new", "25.0.1");
    assertThat(run(List.of("serve")).err())
        .contains("Maven 3.8 or newer is needed to build")
        .contains("hint:");
  }

  @Test
  void buildsOnceAndRunsInTheCallersFolder() throws Exception {
    jdk("old", "17.0.2");
    jdk("new", "25.0.1");
    maven(0);
    var link = Files.createSymbolicLink(temporary.resolve("link"), clone.resolve("countersign"));

    var ran = run(link, List.of("serve", "-Dx=a b", "relative file"));

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).as("the exit code is the server's").isEqualTo(7);
    assertThat(ran.out())
        .contains("cwd " + work.toRealPath())
        .contains("<-Dx=a b>", "<serve>", "<relative file>")
        .contains(
            "<" + clone.toRealPath().resolve("server/target/quarkus-app/quarkus-run.jar") + ">")
        .doesNotContain("lock held");
    assertThat(builds()).isEqualTo(1);

    run(List.of("serve"));
    assertThat(builds()).as("nothing changed").isEqualTo(1);

    var changed = clone.resolve("server/src/main/java/Server.java");
    Files.setLastModifiedTime(changed, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
    run(List.of("serve"));
    assertThat(builds()).as("a source is newer").isEqualTo(2);
  }

  @Test
  void failedBuildShowsItsEnd() throws Exception {
    jdk("new", "25.0.1");
    maven(1);
    var ran = run(List.of("serve"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("the build failed", "said by maven", "build.log");
    run(List.of("serve"));
    assertThat(builds()).as("a failed build is not taken for done").isEqualTo(2);
  }

  @Test
  void testsAreCountedByModuleAndASkippedOneFails() throws Exception {
    jdk("new", "25.0.1");
    maven(0);
    var ran = run(List.of("test"));
    assertThat(ran.out()).containsPattern("kernel +12 tests").contains("policy");
    assertThat(ran.out()).contains("all tests passed in").endsWith("\n15 passed, 0 failed\n");
    assertThat(ran.code()).isZero();

    environment.put("FAKE_SKIPPED", "1");
    var skipped = run(List.of("test"));
    assertThat(skipped.code()).isEqualTo(1);
    assertThat(skipped.err()).contains("1 tests were skipped");
  }

  @Test
  void aFailureThatMavenWasToldToIgnoreIsOne() throws Exception {
    jdk("new", "25.0.1");
    maven(0);
    for (var which : List.of("FAKE_FAILURES", "FAKE_ERRORS")) {
      environment.put(which, "1");
      var ran = run(List.of("test", "-Dmaven.test.failure.ignore=true"));
      assertThat(ran.code()).as(which).isEqualTo(1);
      assertThat(ran.out()).doesNotContain("passed");
      assertThat(ran.err()).contains("failed after");
      environment.remove(which);
    }
  }

  private Path jdk(String name, String version) throws IOException {
    var home = temporary.resolve("jdks").resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(
        home.resolve("bin/java"),
        """
        echo "cwd $PWD"
        printf '<%s>\\n' "$@"
        { true >&9; } 2>/dev/null && echo 'lock held'
        exit 7
        """);
    script(home.resolve("bin/javac"), "exit 0\n");
    return home;
  }

  private void maven(int code) throws IOException {
    script(
        tools.resolve("mvn"),
        """
        if [ "$1" = --version ]; then echo 'Apache Maven 3.8.7'; exit 0; fi
        echo built >>"%s"
        echo 'said by maven'
        echo '[INFO] Building countersign-kernel 0.1.0-SNAPSHOT    [2/3]'
        echo '[INFO] Tests run: 12, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in T'
        echo '[INFO] Tests run: 12, Failures: 0, Errors: 0, Skipped: 0'
        echo '[INFO] Building countersign-policy 0.1.0-SNAPSHOT    [3/3]'
        echo "[WARNING] Tests run: 3, Failures: ${FAKE_FAILURES-0}, Errors: ${FAKE_ERRORS-0}, Skipped: ${FAKE_SKIPPED-0}"
        mkdir -p server/target/quarkus-app
        touch server/target/quarkus-app/quarkus-run.jar
        exit %d
        """
            .formatted(temporary.resolve("builds"), code));
  }

  private long builds() throws IOException {
    try (var lines = Files.lines(temporary.resolve("builds"))) {
      return lines.count();
    }
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void source(String name) throws IOException {
    var file = clone.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "");
  }

  private Ran run(List<String> arguments) throws Exception {
    return run(clone.resolve("countersign"), arguments);
  }

  private Ran run(Path script, List<String> arguments) throws Exception {
    var command = new ArrayList<>(List.of(script.toString()));
    command.addAll(arguments);
    var out = Files.createTempFile(temporary, "ran", ".out");
    var err = Files.createTempFile(temporary, "ran", ".err");
    var builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).as("it ends").isTrue();
    return new Ran(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /// The module's folder is the working directory of its tests; the script lies above.
  private static Path launcher() {
    var folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("countersign"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new AssertionError("no `countersign` above the working directory");
    }
    return folder.resolve("countersign");
  }
}
