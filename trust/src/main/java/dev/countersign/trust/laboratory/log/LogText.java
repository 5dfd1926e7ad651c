package dev.countersign.trust.laboratory.log;

import dev.countersign.trust.laboratory.Contenders;
import dev.countersign.trust.laboratory.Share;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// A [LogReport] as tables of text.
final class LogText {
  private static final String NOTES =
      """
      Half by half: by when people decided. Time runs forward in each half; what is decided is heard when it was decided, and a
      proposal is made under the stage of its submission. What ran by itself and was rejected by the log's person is harm let
      through, and is noticed when that person decided. `harm` is rejected or failed, with its 95% interval; `counted` also takes
      what nobody observed for harm, as promotion does. Of the judging half `over` a budget: surely, by the interval of `harm`;
      `within`: surely, by the interval of `counted`. `heard`: decisions known at the first promotion, the median scope.
      """;

  private final StringBuilder text = new StringBuilder();

  private LogText() {}

  static String of(LogReport report) {
    var tables = new LogText();
    tables.line("a log, half by half; risk %.1f%%", 100 * report.risk());
    tables.text.append(NOTES);
    report.chapters().forEach(tables::chapter);
    return tables.text.toString();
  }

  // Error Prone's annotation would be a dependency for this alone.
  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing());
    text.append(System.lineSeparator());
  }

  private void chapter(LogReport.Chapter chapter) {
    line("");
    line("== %s; scopes: %d", chapter.direction().shown(), chapter.scopes().size());
    line(
        "  %-20s %-14s %9s %8s %6s %10s %9s %25s %8s",
        "size",
        "",
        "proposals",
        "rejected",
        "failed",
        "unobserved",
        "succeeded",
        "harm",
        "counted");
    chapter.scopes().stream()
        .sorted(Comparator.comparingDouble(LogReport.Scope::from))
        .forEach(scope -> {
          fates(size(scope), "earning half", scope.earning());
          fates("", "judging half", scope.judging());
        });
    chapter.played().forEach(this::played);
  }

  private static String size(LogReport.Scope scope) {
    if (Double.isInfinite(scope.from())) {
      return Double.isInfinite(scope.to())
          ? "all"
          : String.format(Locale.ROOT, "under %,.0f", scope.to());
    }
    return Double.isInfinite(scope.to())
        ? String.format(Locale.ROOT, "from %,.0f", scope.from())
        : String.format(Locale.ROOT, "%,.0f to %,.0f", scope.from(), scope.to());
  }

  private void fates(String size, String half, Fates fates) {
    line(
        "  %-20s %-14s %9d %8d %6d %10d %9d %25s %8s",
        size,
        half,
        fates.all(),
        fates.rejected(),
        fates.failed(),
        fates.unobserved(),
        fates.succeeded(),
        interval(fates.harm()),
        value(fates.counted()));
  }

  private void played(LogReport.Played played) {
    line("");
    line("  budget %.1f%%", 100 * played.budget());
    line(
        "  %-20s %17s %6s %5s | judging half: %5s %6s %8s %6s %10s %25s %8s %-8s| %s",
        "",
        "promoted: earning",
        "later",
        "heard",
        "ran",
        "saved",
        "rejected",
        "failed",
        "unobserved",
        "harm",
        "counted",
        "",
        "lowered, and ran from the first promotion on");
    if (!played.ours()) {
      line("  %-20s takes no such budget", Contenders.OURS);
    }
    played.results().forEach(result -> line(result, played.budget()));
  }

  private void line(LogResult result, double budget) {
    var ran = result.ranJudging();
    line(
        "  %-20s %17s %6d %5s |               %5d %5.1f%% %8d %6d %10d %25s %8s %-8s| %4d %6d %25s",
        result.contender(),
        result.promotedEarning() + " of " + result.scopes(),
        result.promotedJudging(),
        result.heard().isPresent() ? Long.toString(result.heard().getAsLong()) : "-",
        ran.all(),
        100 * result.workSaved(),
        ran.rejected(),
        ran.failed(),
        ran.unobserved(),
        interval(ran.harm()),
        value(ran.counted()),
        result.verdict(budget).word(),
        result.demotions(),
        result.ran().all(),
        interval(result.ran().harm()));
  }

  private static String interval(Optional<Share> share) {
    return share
        .map(its ->
            String.format(
                Locale.ROOT,
                "%.1f%% [%5.1f%%,%6.1f%%]",
                100 * its.value(),
                100 * its.low(),
                100 * its.high()))
        .orElse("-");
  }

  private static String value(Optional<Share> share) {
    return share.map(its -> String.format(Locale.ROOT, "%.1f%%", 100 * its.value())).orElse("-");
  }
}
