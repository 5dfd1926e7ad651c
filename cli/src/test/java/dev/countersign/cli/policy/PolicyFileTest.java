package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.policy.cel.CelConditions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What `countersign policy` says of files.
class PolicyFileTest {
  private static final String SET =
      """
      policies:
        - key: base_permit
          message: permitted
          effect: permit
          condition: "true"
        - key: personal_data
          message: personal data
          effect: score
          points: 70
          condition: |
            has(context.metadata.contains_personal_data)
              && context.metadata.contains_personal_data
          applies_to: {resource_types: [model]}
      """;

  private static final String TESTS =
      """
      tests:
        - name: nothing risky
          check: {model: gpt-4, operation: classify, metadata: {}}
          expect: {outcome: permit, risk_score: 0, reason: ok}
        - name: personal data
          check: {model: gpt-4, operation: classify, metadata: {contains_personal_data: true}}
          expect: {outcome: forbid, risk_score: %d, determining_policies: [personal_data]}
      """;

  @TempDir private Path folder = Path.of("");

  private record Ran(int code, String out) {}

  @Test
  void aSoundSetIsFineAndItsTestsPass() throws IOException {
    var file = file("set.yaml", SET + TESTS.formatted(70));
    assertThat(run("lint", file)).isEqualTo(new Ran(ExitCode.DONE, "ok: " + file + "\n"));
    var tested = run("test", file);
    assertThat(tested.out()).isEqualTo("ok: nothing risky\nok: personal data\n2 of 2 passed\n");
    assertThat(tested.code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aTestThatFailsShowsWhatWasExpectedAndWhatCame() throws IOException {
    var set = file("set.yaml", SET);
    var tests = file("tests.yaml", TESTS.formatted(60));
    var ran = run("test", tests, "--set", set);
    assertThat(ran.out())
        .contains("FAILED: personal data\n  risk_score: expected 60, was 70\n1 of 2 passed\n");
    assertThat(ran.code()).isEqualTo(ExitCode.SOMETHING_WRONG);
  }

  @Test
  void eachProblemIsToldAtItsPlaceInTheFile() throws IOException {
    var file =
        file(
            "wrong.yaml",
            """
            policies:
              - key: plain
                message: m
                effect: forbid
                condition: context.x == 1
              - key: quoted
                message: m
                effect: forbid
                condition: "true && context.y"
              - key: block
                message: m
                effect: forbid
                condition: |
                  true
                    && context.z == 1
            """);
    var ran = run("lint", file);
    assertThat(ran.code()).isEqualTo(ExitCode.SOMETHING_WRONG);
    assertThat(ran.out().lines().filter(line -> !line.contains("warning:")))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith(file + ":5:23: `plain`"),
            line -> assertThat(line).startsWith(file + ":9:32: `quoted`"),
            line -> assertThat(line).startsWith(file + ":15:19: `block`"));
  }

  @Test
  void aShapeThatIsWrongIsToldAtItsPlaceToo() throws IOException {
    var file =
        file(
            "shape.json",
            """
            {"policies": [
              {"key": "a", "message": "m", "effect": "sometimes", "condition": "true"},
              {"key": "a", "effect": "forbid", "condition": "true", "surplus": 1}
            ]}
            """);
    var ran = run("lint", file);
    assertThat(ran.code()).isEqualTo(ExitCode.SOMETHING_WRONG);
    assertThat(ran.out())
        .contains(":2:42: `/policies/0/effect` must be one of")
        .contains(":3:3: `/policies/1/message` is required")
        .contains(":3:11: `/policies/1/key` is the key of another policy too")
        .contains(":3:68: `/policies/1/surplus` is no key that a policy set has");
  }

  @Test
  void whatWasProbablyNotMeantIsAWarningAlone() throws IOException {
    var file =
        file(
            "odd.yaml",
            """
            policies:
              - {key: never, message: m, effect: permit, condition: "false"}
              - {key: all, message: m, effect: forbid, condition: "true"}
            """);
    var ran = run("lint", file);
    assertThat(ran.code()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out())
        .contains(":2:5: warning: `never` can never match")
        .contains(":2:5: warning: `never` can never decide: `all` forbids all it applies to");
  }

  @Test
  void yamlThatHidesWhatItIsIsRefused() throws IOException {
    for (var hostile :
        new String[] {
          "a: &a [x, x]\npolicies: [*a, *a]",
          "[".repeat(100_000),
          "policies: !!java.net.URL [x]",
          "policies: []\npolicies: []",
          "policies: [99999999999999999999]",
          "",
          "\"open",
        }) {
      var ran = run("lint", file("hostile.yaml", hostile));
      assertThat(ran.code()).isEqualTo(ExitCode.SOMETHING_WRONG);
      assertThat(ran.out()).matches("(?s).*hostile.yaml:[0-9]+:[0-9]+: .+\n");
    }
    var large = file("large.yaml", " ".repeat(4 * 1024 * 1024 + 1));
    assertThatThrownBy(() -> PolicyFile.read(Path.of(large)))
        .isInstanceOf(CommandFailure.NotUsable.class);
  }

  @Test
  void theGuidesExampleIsSoundAndPasses() throws IOException {
    var guide = Files.readString(Path.of("..", "docs", "policies.md"));
    int start = guide.indexOf("```yaml\n") + "```yaml\n".length();
    var file = file("guide.yaml", guide.substring(start, guide.indexOf("```", start)));
    assertThat(run("lint", file)).isEqualTo(new Ran(ExitCode.DONE, "ok: " + file + "\n"));
    assertThat(run("test", file).out()).endsWith("2 of 2 passed\n");
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static Ran run(String command, String... arguments) {
    var out = new StringWriter();
    var console = new Console(new PrintWriter(out, true), new PrintWriter(out, true), false);
    var line =
        new CommandLine(
            command.equals("lint")
                ? new LintCommand(console, CelConditions::new)
                : new TestCommand(console, CelConditions::new));
    return new Ran(line.execute(arguments), out.toString().replace(System.lineSeparator(), "\n"));
  }
}
