package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.console.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @TempDir Path folder;

  private record Ran(int code, String out, String err) {}

  @Test
  void versionIsPrinted() {
    var ran = run(Map.of(), "version");
    assertThat(ran.out()).matches("countersign [0-9].*\\R");
    assertThat(ran.code()).isZero();
  }

  /// A class that nobody adds would be a command that only the documentation has.
  @Test
  void everyCommandThatIsWrittenCanBeCalled() throws Exception {
    var classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var written = new TreeSet<String>();
    try (var files = Files.walk(classes)) {
      for (var file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
        var name = classes.relativize(file).toString().replace('/', '.').replace(".class", "");
        if (Class.forName(name).isAnnotationPresent(CommandLine.Command.class)) {
          written.add(name);
        }
      }
    }
    var called = new TreeSet<String>();
    var nowhere = new PrintWriter(new StringWriter());
    var console = new Console(nowhere, nowhere, false);
    names(Main.commandLine(console, Map.of()), called);
    assertThat(called).containsAll(written);
  }

  private static void names(CommandLine command, Set<String> called) {
    called.add(command.getCommand().getClass().getName());
    command.getSubcommands().values().forEach(each -> names(each, called));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "replay --help",
        "simulate --help",
        "ledger --help",
        "ledger verify --help",
        "ledger fsck --help",
        "ledger orphans --help",
        "ledger alarms --help",
        "ledger key --help",
        "ledger key list --help",
        "ledger key create --help",
        "ledger key retire --help",
        "policy lint --help",
        "policy test --help",
        "policy simulate --help",
        "tenant --help",
        "tenant create --help",
        "keys --help",
        "keys list --help",
        "keys create --help",
        "keys rotate --help",
        "keys revoke --help",
        "approvals --help",
        "approvals list --help",
        "approvals show --help",
        "approvals approve --help",
        "approvals reject --help",
        "approvals defer --help",
        "approvals history --help",
        "approvals delegate --help",
        "approvals grant --help",
        "trust --help",
        "trust simulate --help",
        "trust scopes --help",
        "trust explain --help",
        "trust verify --help",
        "trust replay --help",
        "version --help"
      })
  void everyCommandHasHelp(String line) {
    var ran = run(Map.of(), line.split(" "));
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith("Usage: countersign").contains("--help");
    assertThat(ran.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "frobnicate",
        "ledger",
        "tenant",
        "keys",
        "keys create",
        "keys create --name x --limit many",
        "keys rotate",
        "keys revoke",
        "replay",
        "replay log.csv",
        "replay log.csv --map m.yaml --limit many",
        "replay log.csv --map m.yaml --speed 0",
        "simulate",
        "simulate nothing",
        "simulate ../packs/simulation/hr-onboarding.yaml --cases 0",
        "simulate ../packs/simulation/hr-onboarding.yaml --data-dir nowhere",
        "ledger verify",
        "ledger verify receipt.txt",
        "ledger verify receipt.txt --key nonsense",
        "tenant create --slug acme",
        "tenant create --slug acme --name Acme --profile lax",
        "version --frobnicate",
        "ledger fsck --data-dir nowhere",
        "ledger fsck --data-dir here --database-url there",
        "ledger fsck --database-url nonsense",
        "ledger key",
        "ledger key list --data-dir nowhere",
        "ledger key retire",
        "ledger key retire 530d903a",
        "ledger key retire 530d903a --confirm 00000000",
        "ledger alarms --settle 1 --data-dir nowhere",
        "trust",
        "trust replay",
        "trust replay export.jsonl --key nonsense",
        "trust replay export.jsonl --witness nonsense",
        "trust replay export.jsonl --profile lax",
        "trust replay nothing.jsonl",
        "trust simulate --html nowhere/page.html",
        "replay log.csv --map m.yaml --html nowhere/page.html",
        "replay log.csv --map m.yaml --json nowhere/page.json",
        "replay log.csv --map m.yaml --state nowhere/state",
        "tenant create --slug acme --name Acme --out nowhere/key.json",
        "trust simulate --scopes 0",
        "trust simulate --budget 0",
        "trust simulate --risk 1",
        "trust simulate --scenario lucky",
        "trust simulate --scenario sleeper --scenario rate_7",
        "trust simulate --scenario rate_1 --risk 0.2"
      })
  void whatIsNotUnderstoodIsOneLineAndAHint(String line) {
    var ran = run(Map.of(), line.isEmpty() ? new String[0] : line.split(" "));
    assertOneLineAndAHint(ran);
    assertThat(ran.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trust simulate --html ",
        "replay log.csv --map m.yaml --html ",
        "replay log.csv --map m.yaml --json ",
        "tenant create --slug acme --name Acme --out "
      })
  void aPlaceThatCannotBeWrittenIsSaidBeforeTheWork(String line) throws IOException {
    var missing = run(Map.of(), (line + folder.resolve("none").resolve("file")).split(" "));
    assertOneLineAndAHint(missing);
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("there is no folder for `" + folder.resolve("none"));
    var made = Files.createDirectories(folder.resolve("made"));
    var aFolder = run(Map.of(), (line + made).split(" "));
    assertOneLineAndAHint(aFolder);
    assertThat(aFolder.err()).contains("made` is ");
    try (var files = Files.list(made)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "replay log.csv --map m.yaml --lmit 5,--limit",
    "trust simulate --scenari=sleeper,--scenario",
    "approvals aprove,approve",
    "ledger fsk,fsck",
    "versoin,version"
  })
  void whatWasProbablyMeantIsSaid(String line, String meant) {
    var ran = run(Map.of(), line.split(" "));
    assertOneLineAndAHint(ran);
    assertThat(ran.err()).contains("hint: did you mean `" + meant + "`? `countersign ");
  }

  @Test
  void aWordThatNothingIsLikeIsAnsweredWithTheHelpAlone() {
    assertThat(run(Map.of(), "frobnicate").err()).contains("hint: `countersign --help`");
    assertThat(run(Map.of(), "ledger", "fsck", "--xyz").err()).doesNotContain("did you mean");
  }

  @Test
  void madeUpScopesArePlayedAndDrawn() throws IOException {
    var page = folder.resolve("trust.html");
    var line = "trust simulate --scopes 40 --scenario sparse_evidence --scenario sleeper --html ";
    var ran = run(Map.of(), (line + page).split(" "));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("sleeper: clean for 1,000, then 20% harm", "countersign");
    assertThat(Files.readString(page))
        .contains("<h2>sleeper</h2>", "class=\"curve c0\"", "every promotion is false")
        .doesNotContain("<script", "http://", "NaN");
    var again = run(Map.of(), (line + page).split(" "));
    assertThat(again.out()).isEqualTo(ran.out()).doesNotContain("all steps");
  }

  @Test
  void madeUpScopesLiveThroughAllSteps() throws IOException {
    var page = folder.resolve("ladder.html");
    var line =
        "trust simulate --scopes 20 --scenario rate_10 --scenario ladder_sparse_evidence --html ";
    var ran = run(Map.of(), (line + page).split(" "));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("moved 2 of 2 at the same proposals", "rate_10: always 10% harm")
        .doesNotContain("last_20_successes");
    assertThat(Files.readString(page))
        .contains("<h2>all four steps</h2>", "class=\"curve c3\"", "stage changes in 10,000")
        .doesNotContain("<script", "http://", "NaN");
  }

  @Test
  void missingKeysFileSaysWhereItWouldBe() {
    var ran = run(Map.of(), "replay", "x.csv", "--map", "x.yaml", "--data-dir", folder.toString());
    assertOneLineAndAHint(ran);
    assertThat(ran.err()).contains("there is no `" + folder.resolve("demo.json") + "`");
  }

  @Test
  void serverThatIsNotThereIsSaidAtOnce() throws IOException {
    // Nothing listens on port 1, for only the system could open it.
    var keys = folder.resolve("keys.json");
    Files.writeString(
        keys, "{\"url\":\"http://127.0.0.1:1\",\"api_keys\":{\"platform\":\"id.secret\"}}");
    var ran =
        run(Map.of(), "tenant", "create", "--slug", "a", "--name", "A", "--keys", keys.toString());
    assertOneLineAndAHint(ran);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("no server answers at `http://127.0.0.1:1`");
    assertThat(ran.err() + ran.out()).doesNotContain("secret");
  }

  @Test
  void databaseThatDoesNotRunIsSaid() throws IOException {
    Files.createDirectories(folder.resolve("postgres"));
    var ran = run(Map.of(), "ledger", "fsck", "--data-dir", folder.toString());
    assertOneLineAndAHint(ran);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("is not running");
  }

  @Test
  void stackTraceIsShownOnlyOnDemand() {
    var line = new String[] {"ledger", "fsck", "--data-dir", "nowhere"};
    assertThat(run(Map.of(), line).err()).doesNotContain("\tat ");
    assertThat(run(Map.of("COUNTERSIGN_DEBUG", "1"), line).err()).contains("\tat ");
  }

  @Test
  void shippedFilesAreFoundByTheirNameAlone() throws IOException {
    var shipped = Files.createDirectories(folder.resolve("packs").resolve("replay"));
    Files.writeString(shipped.resolve("m.yaml"), "x");
    var installation = Installation.of(Map.of(Installation.HOME, folder.toString()));
    assertThat(installation.replayFile(Path.of("m.yaml"))).isEqualTo(shipped.resolve("m.yaml"));
    assertThat(installation.replayFile(Path.of("n.yaml"))).isEqualTo(Path.of("n.yaml"));
    assertThat(installation.simulation(Path.of("hr-onboarding")))
        .isEqualTo(folder.resolve("packs").resolve("simulation").resolve("hr-onboarding.yaml"));
    assertThat(Installation.of(Map.of()).replayFile(Path.of("m.yaml")))
        .isEqualTo(Path.of("m.yaml"));
  }

  private static void assertOneLineAndAHint(Ran ran) {
    var lines = ran.err().lines().toList();
    assertThat(lines).as(ran.err()).hasSize(2);
    assertThat(lines.getFirst()).startsWith("countersign: ").doesNotEndWith(".");
    assertThat(lines.getLast()).startsWith("hint: ");
    assertThat(ran.out()).isEmpty();
  }

  private static Ran run(Map<String, String> environment, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false);
    int code = Main.run(console, environment, arguments);
    return new Ran(code, out.toString(), err.toString());
  }
}
