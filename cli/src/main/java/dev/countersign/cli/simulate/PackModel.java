package dev.countersign.cli.simulate;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How cases of a pack come in, what an agent proposes for them, and what people and the world make
/// of it. A pure function of a seed.
///
/// The chance that a step turns out well is a logistic function of the case's facts, the hour and
/// the queue. A reviewer's chance to approve is another: of the same, of how strict he is, and of
/// how well he sees what the first one says. The agent's confidence is the first one seen through
/// noise and optimism.
///
/// @param reference what the references of its cases begin with
/// @param hours how many cases come in each hour of a day, relative to each other
record PackModel(
    String title,
    String pack,
    String workflow,
    String reference,
    Instant begins,
    int casesPerDay,
    List<Double> hours,
    List<Scenario> scenarios,
    List<Fact> facts,
    List<Step> steps,
    Logit success,
    Logit approval,
    double insight,
    Agent agent,
    List<Reviewer> reviewers,
    String observer,
    Harm harm) {

  private static final long CASE = 1;
  private static final long STEP = 2;
  private static final long HOUR_SECONDS = 3600;

  PackModel {
    hours = List.copyOf(hours);
    scenarios = List.copyOf(scenarios);
    facts = List.copyOf(facts);
    steps = List.copyOf(steps);
    reviewers = List.copyOf(reviewers);
  }

  /// How a case may begin; its own facts stand for those that are drawn.
  record Scenario(String name, double weight, String queue, JsonObject facts) {}

  /// What the agent proposes for a case in a queue, if its facts have these values.
  record Step(String queue, String action, JsonObject when) {
    boolean fits(String at, JsonObject known) {
      return queue.equals(at)
          && when.members().entrySet().stream()
              .allMatch(
                  each -> known.member(each.getKey()).filter(each.getValue()::equals).isPresent());
    }
  }

  /// @param noise how much of its confidence is chance
  /// @param optimism how much too high it is, in logits
  record Agent(String key, double noise, double optimism, long timeSavedSeconds) {}

  /// @param strictness what is taken off the logit of approving
  /// @param insight by how much better, or worse, than others this one sees what will come of it
  record Reviewer(String key, double strictness, double insight) {}

  /// How bad it is when it turns out badly, by weights.
  record Harm(double minor, double major, double severe) {}

  /// The case of that index; `index` counts up with the time.
  SimulatedCase caseAt(long seed, long index) {
    var draws = Draws.of(seed, CASE, index);
    var at = arrival(index, draws.uniform());
    var scenario = scenarios.get(draws.choice(scenarios.stream().map(Scenario::weight).toList()));
    var known = Json.object();
    for (var fact : facts) {
      // Drawn even where the scenario says it, so that no scenario moves the facts behind it.
      var drawn = fact.draw(draws);
      if (scenario.facts().member(fact.name()).isEmpty()) {
        known.put(fact.name(), drawn);
      }
    }
    scenario
        .facts()
        .members()
        .forEach((name, value) -> {
          if (!value.equals(Json.NULL)) {
            known.put(name, value);
          }
        });
    return new SimulatedCase(
        index,
        "%s-%d-%d".formatted(reference, seed, index + 1),
        at,
        scenario.queue(),
        known.build());
  }

  /// The cases of a day divide its hours by their weights, one behind the other.
  private Instant arrival(long index, double within) {
    double whole = hours.stream().mapToDouble(Double::doubleValue).sum();
    double at = (index % casesPerDay + within) / casesPerDay * whole;
    int hour = 0;
    while (hour < hours.size() - 1 && at >= hours.get(hour)) {
      at -= hours.get(hour);
      hour++;
    }
    double share = hours.get(hour) == 0 ? 0 : Math.min(at / hours.get(hour), 0.999999);
    return begins
        .plus(Duration.ofDays(index / casesPerDay))
        .plusSeconds(hour * HOUR_SECONDS + (long) (share * HOUR_SECONDS));
  }

  /// What the agent proposes for a case, if anything.
  Optional<String> proposes(String queue, JsonObject known) {
    return steps.stream().filter(step -> step.fits(queue, known)).findFirst().map(Step::action);
  }

  /// @param turn the how-manieth step of the case it is, from 0
  Judgement judge(long seed, SimulatedCase subject, String queue, int turn) {
    var draws = Draws.of(seed, STEP, subject.index(), turn);
    int hour = subject.at().atOffset(ZoneOffset.UTC).getHour();
    double odds = success.of(subject.facts(), queue, hour);
    double probability = Logit.probability(odds);
    boolean well = draws.chance(probability);
    var severity =
        List.of("minor", "major", "severe")
            .get(draws.choice(List.of(harm.minor(), harm.major(), harm.severe())));
    double seen = odds + agent.optimism() + agent.noise() * draws.normal();
    double safety = Logit.probability(seen + 1 + agent.noise() * draws.normal());
    long saved = Math.max(0, Math.round(agent.timeSavedSeconds() * (1 + 0.2 * draws.normal())));
    return new Judgement(
        probability,
        well,
        severity,
        rounded(Logit.probability(seen)),
        rounded(safety),
        saved,
        votes(draws, subject, queue, hour, odds));
  }

  private List<Judgement.Vote> votes(
      Draws draws, SimulatedCase subject, String queue, int hour, double odds) {
    double base = approval.of(subject.facts(), queue, hour);
    int first = (int) draws.between(0, reviewers.size() - 1L);
    var votes = new ArrayList<Judgement.Vote>();
    for (int i = 0; i < reviewers.size(); i++) {
      var reviewer = reviewers.get((first + i) % reviewers.size());
      double probability =
          Logit.probability(base - reviewer.strictness() + (insight + reviewer.insight()) * odds);
      votes.add(new Judgement.Vote(reviewer.key(), probability, draws.chance(probability)));
    }
    return votes;
  }

  /// As a program would send it.
  private static double rounded(double value) {
    return Math.rint(value * 1_000) / 1_000;
  }

  /// Every key that it needs.
  List<String> keys() {
    var keys = new ArrayList<String>(List.of(agent.key(), observer));
    reviewers.forEach(reviewer -> keys.add(reviewer.key()));
    return keys;
  }
}
