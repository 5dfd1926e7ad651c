package dev.countersign.cli.trust;

import dev.countersign.trust.certificate.Certificate;
import dev.countersign.trust.certificate.Certificate.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a certificate states, in plain words, a line each.
final class StatedWords {
  private StatedWords() {}

  static List<String> of(Certificate certificate) {
    var scope = certificate.scope();
    var lines = new ArrayList<String>();
    if (certificate.demo()) {
      lines.add("  DEMO: earned by a table that is made for presentations; rely on nothing here");
    }
    lines.add(
        format(
            "  `%s` in queue `%s` at site `%s`, role `%s`, of tenant %s",
            scope.actionType(),
            scope.queue(),
            scope.site(),
            scope.roleContext(),
            certificate.tenant()));
    lines.add(
        format(
            "  has earned %s (`%s`), since %s",
            certificate.stage().shown(), certificate.stage().word(), certificate.since()));
    certificate
        .budget()
        .ifPresent(budget ->
            lines.add(
                format(
                    "  for which it may do harm in at most %.1f%% of cases; a wrong promotion has a risk of %s%%",
                    100 * budget, Double.toString(100 * certificate.risk()))));
    lines.add(earned(certificate));
    certificate.next().map(StatedWords::next).ifPresent(lines::add);
    lines.add("  versions: " + certificate.versions().orElse("none were ever named"));
    lines.add(format("  as of %s, in force until %s", certificate.asOf(), certificate.expiresAt()));
    return lines;
  }

  private static String earned(Certificate certificate) {
    return certificate
        .earned()
        .map(by ->
            format(
                "  raised by the test: %,d counted, %,d of them harm; evidence %.4g of %,.0f (attempt %d, at most %.1f%% harm)",
                by.counted(), by.harms(), by.wealth(), by.line(), by.attempt(), 100 * by.budget()))
        .orElse("  no test is told that raised it there");
  }

  private static String next(Next next) {
    return format(
        "  towards %s: %,d counted, %,d of them harm; evidence %.4g of %,.0f (attempt %d, at most %.1f%% harm)",
        next.to().shown(),
        next.counted(),
        next.harms(),
        next.wealth(),
        next.line(),
        next.attempt(),
        100 * next.budget());
  }

  // The annotation that it asks for is in a library that nothing here needs.
  @SuppressWarnings("AnnotateFormatMethod")
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
