package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `countersign trust train`.
@Command(
    name = "train",
    description = "Ask the server to train its models anew, and wait until it has.",
    footer = {
      "",
      "The server refuses where no label became known since the last training.",
      "",
      "Example:",
      "  countersign trust train --predictor outcome"
    })
public final class TrainCommand extends Help implements Callable<Integer> {
  /// The key of a demo that may ask for it.
  private static final String USUAL = "model_risk";

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MOST_PAUSES = 180;

  private final Console console;
  private final RandomGenerator random;

  @Option(
      names = "--predictor",
      paramLabel = "NAME",
      description = "`decision` or `outcome`; both if not given.")
  private String predictor = "";

  @Option(names = "--no-wait", description = "Do not wait for the training.")
  private boolean goOn;

  @Mixin private final ActingOptions options = new ActingOptions(USUAL);

  public TrainCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var body =
        predictor.isEmpty() ? JsonObject.EMPTY : Json.object().put("predictor", predictor).build();
    var asked =
        options.ask(
            random,
            "asking for a training",
            (api, key) ->
                api.post(key, ModelsCommand.ADDRESS + "/retrain", Api.freshKey(random), body));
    if (goOn) {
      if (!options.printed(console, asked)) {
        console.out().println("asked for; `countersign trust models` shows when it was done");
        console.out().flush();
      }
      return ExitCode.DONE;
    }
    var trained = await();
    if (!options.printed(console, trained)) {
      ModelStory.of(trained).forEach(console.out()::println);
      console.out().flush();
    }
    return ExitCode.DONE;
  }

  /// The answer in which nobody waits for a training any more.
  private JsonObject await() {
    for (int i = 0; i < MOST_PAUSES; i++) {
      var models =
          options.ask(random, "reading models", (api, key) -> api.get(key, ModelsCommand.ADDRESS));
      boolean waits =
          ModelStory.objects(models.items("predictors")).stream()
              .anyMatch(one ->
                  one.object("last_training")
                      .flatMap(last -> last.text("demanded_at"))
                      .isPresent());
      if (!waits) {
        return models;
      }
      pause();
    }
    throw new CommandFailure.Failed(
        "the server has not trained within %d seconds".formatted(MOST_PAUSES * PAUSE.toSeconds()),
        "it goes on by itself; `countersign trust models` shows when it was done");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Failed(
          "interrupted", "the training goes on; `countersign trust models` shows its end");
    }
  }
}
