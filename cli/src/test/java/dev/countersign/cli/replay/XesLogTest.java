package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of strangers are read, or refused, and nothing else happens.
class XesLogTest {
  private static final String LOG =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <log xes.version="1.0" xmlns="http://www.xes-standard.org/">
        <global scope="event"><string key="concept:name" value="none"/></global>
        <trace>
          <string key="kind" value="late"/>
          <event>
            <string key="concept:name" value="Close"/>
            <date key="time:timestamp" value="2026-01-05T10:00:00.000+01:00"/>
            <container key="more"><string key="concept:name" value="Inner"/></container>
          </event>
          <event>
            <date key="time:timestamp" value="2026-01-01T10:00:00Z"/>
            <string key="concept:name" value="Open"/>
          </event>
          <string key="concept:name" value="T &amp; 1"/>
        </trace>
        <trace>
          <string key="concept:name" value="T 2"/>
          <event>
            <string key="concept:name" value="Open"/>
            <date key="time:timestamp" value="2026-01-02T10:00:00Z"/>
          </event>
        </trace>
      </log>
      """;

  @TempDir Path folder;

  @Test
  void tracesBecomeCases() throws IOException {
    var log = read(LOG);
    assertThat(log.cases()).extracting(LoggedCase::reference).containsExactly("T & 1", "T 2");
    var first = log.cases().getFirst();
    assertThat(first.submitted()).isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
    assertThat(first.attributes().text("kind")).contains("late");
    assertThat(first.decision().orElseThrow().at())
        .isEqualTo(Instant.parse("2026-01-05T09:00:00Z"));
    assertThat(log.cases().get(1).decision()).isEmpty();
    assertThat(log.cases().get(1).groups()).containsExactly("none");
  }

  @Test
  void unusableTracesAreNamedWithTheirLines() {
    assertThatThrownBy(() ->
            read(
                LOG.replace("2026-01-02T10:00:00Z", "yesterday")
                    .replace("<string key=\"concept:name\" value=\"T &amp; 1\"/>", "")))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("has 3 unusable rows")
        .hasMessageContaining("line 4: a reference has 1 to 100 characters")
        .hasMessageContaining("line 19: `yesterday` is not a time")
        .hasMessageContaining("line 17: a time is missing");
  }

  @Test
  void keysThatNothingHasAreNamed() {
    assertThatThrownBy(() -> read(LOG.replace("\"kind\"", "\"Kind\"")))
        .hasMessageContaining("nothing in the log has `kind`");
  }

  @Test
  void nothingIsFetchedAndNoEntityIsOpened() throws IOException {
    var secret = Files.writeString(folder.resolve("secret.txt"), "T-SECRET");
    for (var type :
        new String[] {
          "<!DOCTYPE log [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>",
          "<!DOCTYPE log SYSTEM \"" + secret.toUri() + "\">",
          "<!DOCTYPE log [<!ENTITY e \"T-SECRET\">]>",
          "<!DOCTYPE log [<!ENTITY % p SYSTEM \"" + secret.toUri() + "\"> %p;]>"
        }) {
      assertThatThrownBy(() -> read(LOG.replace("<log ", type + "\n<log ").replace("T 2", "&e;")))
          .as(type)
          .isInstanceOf(CommandFailure.NotUsable.class)
          .hasMessageContaining("a log has no document type")
          .hasMessageNotContaining("T-SECRET");
    }
    assertThatThrownBy(() -> read(LOG.replace("T 2", "&e;")))
        .isInstanceOf(CommandFailure.NotUsable.class);
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefused() {
    var deep = "<list key=\"l\">".repeat(40) + "</list>".repeat(40);
    assertThatThrownBy(
            () -> read(LOG.replace("<container key=\"more\">", deep + "<container key=\"more\">")))
        .hasMessageContaining("nested deeper than 32 levels");
    assertThatThrownBy(() -> read(LOG.replace("late", "x".repeat(2 << 20))))
        .hasMessageContaining("longer than 1 MiB");
    var many = new StringBuilder();
    for (int i = 0; i < 1_001; i++) {
      many.append("<string key=\"k").append(i).append("\" value=\"v\"/>");
    }
    assertThatThrownBy(
            () -> read(LOG.replace("<container key=\"more\">", many + "<container key=\"more\">")))
        .hasMessageContaining("more than 1000 attributes");
  }

  @Test
  void whatIsNoLogIsRefused() {
    for (var text : new String[] {"", "no xml", "<html/>", LOG.substring(0, 500), LOG + "<log/>"}) {
      assertThatThrownBy(() -> read(text))
          .as(text.length() > 20 ? "cut" : text)
          .isInstanceOf(CommandFailure.NotUsable.class);
    }
  }

  /// Tickets of an Italian software house: those that were resolved twice are taken as failures.
  @Test
  @Tag("vectors")
  void realLogIsReadWhole() {
    var file = Path.of(System.getenv("COUNTERSIGN_SHARED_DATA"), "7-decisions", "Helpdesk.xes.gz");
    var mapping =
        MappingTest.read(
            MappingTest.EVENTS
                .replace("[Close]", "[Resolve ticket]")
                .replace("of: case, take: kind", "of: case, take: variant"));
    var log = CaseLog.read(file, mapping, Integer.MAX_VALUE);
    assertThat(log.cases()).hasSize(4580);
    var decided = log.cases().stream().map(LoggedCase::decision).flatMap(Optional::stream).toList();
    assertThat(decided).hasSizeBetween(4500, 4580);
    assertThat(decided)
        .filteredOn(made -> made.success().filter(well -> !well).isPresent())
        .hasSizeBetween(100, 600);
    assertThat(TimeLine.of(log.cases()).events()).hasSize(4580 + decided.size());
  }

  private CaseLog read(String text) throws IOException {
    var file = Files.writeString(folder.resolve("log.xes"), text);
    return CaseLog.read(file, MappingTest.read(MappingTest.EVENTS), Integer.MAX_VALUE);
  }
}
