package dev.countersign.cli.policy;

import dev.countersign.cli.api.Answer;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.ServerOptions;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.Progress;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.tests.SetFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign policy simulate`.
@Command(
    name = "simulate",
    description = "Say which recorded decisions a version would have answered differently.",
    footer = {
      "",
      "A file is drafted and validated first. Ctrl-C ends the waiting, not the simulation.",
      "",
      "Examples:",
      "  countersign policy simulate 3",
      "  countersign policy simulate policies.yaml --limit 1000000"
    })
public final class SimulatePolicyCommand extends Help implements Callable<Integer> {
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]*");
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int KEY_BYTES = 16;

  /// What fits a line.
  private static final int MOST_NAMED = 10;

  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "VERSION|FILE", description = "A version's number, or a policy set.")
  private String subject = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "See the newest N decisions; 100,000 if not given, 1,000,000 at most.")
  private Optional<Long> limit = Optional.empty();

  @Option(names = "--from", paramLabel = "TIME", description = "Only decisions from then on.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--to", paramLabel = "TIME", description = "Only decisions before then.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "Which key of the keys file; ${DEFAULT-VALUE} if not given.")
  private String key = "policy_author";

  @Option(names = "--json", description = "Print what the server says, for programs.")
  private boolean json;

  @Mixin private final ServerOptions options = new ServerOptions();

  public SimulatePolicyCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    boolean number = NUMBER.matcher(subject).matches();
    // A word that is no file may have been meant for a version; the server knows those.
    boolean word = !number && WORD.matcher(subject).matches() && !Files.exists(Path.of(subject));
    var file = number || word ? Optional.<SetFile>empty() : Optional.of(read(Path.of(subject)));
    var server = options.server();
    try (var api = new Api(server.url(), random, _ -> {})) {
      api.requireServer();
      var secret = server.key(key);
      if (word) {
        throw unknown(api, secret, "`" + subject + "` is neither a version nor a file");
      }
      int version = file.isPresent() ? drafted(api, secret, file.get()) : Integer.parseInt(subject);
      var ended = simulated(api, secret, version);
      console.out().print(json ? ended + "\n" : SimulationTable.of(ended));
      console.out().flush();
      return SimulationTable.sound(ended) ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
    }
  }

  /// Says which versions there are.
  private static CommandFailure unknown(Api api, String secret, String what) {
    var newest =
        api
            .get(secret, "/v1/policy-sets?limit=" + MOST_NAMED)
            .orFail("listing versions")
            .items("policy_sets")
            .stream()
            .map(each -> Integer.toString(number((JsonObject) each, "version")))
            .toList();
    return new CommandFailure.NotUsable(
        what,
        newest.isEmpty()
            ? "there is no version yet: give a file with a policy set"
            : "the newest versions are " + String.join(", ", newest) + "; or give a file");
  }

  private static SetFile read(Path path) {
    return switch (PolicyFile.read(path)) {
      case PolicyFile.Read.Fit(var _, var set) -> set;
      case PolicyFile.Read.Unfit(var lines) ->
          throw new CommandFailure.NotUsable(
              lines.isEmpty() ? "`" + path + "` is no policy set" : lines.getFirst(),
              "`countersign policy lint " + path + "` shows everything");
    };
  }

  private int drafted(Api api, String secret, SetFile file) {
    var body = PolicySetJson.write(file.set());
    for (var member : file.tests().json().members().entrySet()) {
      body = body.with(member.getKey(), member.getValue());
    }
    var draft = api.post(secret, "/v1/policy-sets", freshKey(), body).orFail("drafting");
    int version = number(draft, "version");
    var what = "validating version " + version;
    var validated =
        api.post(secret, "/v1/policy-sets/" + version + "/validate", freshKey(), JsonObject.EMPTY)
            .orFail(what);
    if (!validated.truth("valid").orElse(false)) {
      throw new CommandFailure.Failed(
          what + ": its conditions or tests are wrong",
          "`countersign policy lint` and `countersign policy test` say what");
    }
    console.err().println("drafted as version " + version);
    return version;
  }

  private JsonObject simulated(Api api, String secret, int version) {
    var body = Json.object();
    limit.ifPresent(most -> body.put("limit", most));
    from.ifPresent(time -> body.put("from", time));
    to.ifPresent(time -> body.put("to", time));
    var what = "simulating version " + version;
    var path = "/v1/policy-sets/" + version + "/simulate";
    var begun = api.post(secret, path, freshKey(), body.build());
    if (begun instanceof Answer.Refused(var problem) && problem.status() == 404) {
      throw unknown(api, secret, "there is no version " + version);
    }
    var run = begun.orFail(what);
    var id =
        run.text("simulation_id")
            .orElseThrow(() -> Answer.notUnderstood(what, "no `simulation_id`"));
    try (Progress progress = console.progress("simulating", number(run, "expected"))) {
      while (run.text("state").filter("running"::equals).isPresent()) {
        progress.at(number(run, "seen"));
        pause(id);
        run = api.get(secret, "/v1/policy-sets/" + version + "/simulations/" + id).orFail(what);
      }
      progress.at(number(run, "seen"));
    }
    if (run.object("result").isEmpty()) {
      throw new CommandFailure.Failed(
          what + ": the run is `" + run.text("state").orElse("?") + "`", "start it again");
    }
    return run;
  }

  private static void pause(String id) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Interrupted("simulation `" + id + "` goes on at the server");
    }
  }

  private static int number(JsonObject answer, String name) {
    return answer
        .number(name)
        .orElseThrow(() -> Answer.notUnderstood("the answer", "no `" + name + "`"))
        .intValue();
  }

  /// A new one each time: to simulate again is to ask for another run.
  private String freshKey() {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return "simulate-" + HexFormat.of().formatHex(bytes);
  }
}
