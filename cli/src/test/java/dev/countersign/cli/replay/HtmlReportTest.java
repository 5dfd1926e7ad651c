package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  private static final String HOSTILE =
      "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;\u0000\u202e\ud800";

  @Test
  void aPageHasItsChartsAndSaysWhatTheReportSays() throws Exception {
    var page = HtmlReport.of(report("Loans", "log.csv"));
    var document = parsed(page);
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("rect").getLength()).isGreaterThan(10);
    assertThat(page)
        .contains("this process is not ready for automation")
        .contains("guarded auto")
        .contains("2,523 (59.0%)")
        .contains("of those overdue by now, which counts as harm")
        .contains(">590<")
        .contains("prefers-color-scheme: dark");
  }

  @Test
  void whateverIsInALogIsTextOnThePage() throws Exception {
    var page = HtmlReport.of(report(HOSTILE, HOSTILE));
    var document = parsed(page);
    for (var name : List.of("script", "img", "link", "iframe", "object", "a", "image", "use")) {
      assertThat(document.getElementsByTagName(name).getLength()).as(name).isZero();
    }
    for (var element : elements(document.getElementsByTagName("*"))) {
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        assertThat(element.getAttributes().item(i).getNodeName())
            .doesNotStartWith("on")
            .isNotIn("href", "src", "style", "xlink:href");
      }
    }
    assertThat(page).doesNotContain("http:").doesNotContain("https:").doesNotContain("url(");
    assertThat(document.getElementsByTagName("h1").item(0).getTextContent())
        .isEqualTo(
            "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;\ufffd\ufffd\ufffd");
  }

  @Test
  void aReportForProgramsHasTheSame() {
    var json = report("Loans", "log.csv").json();
    assertThat(json.truth("ready")).contains(false);
    var totals = json.object("totals").orElseThrow();
    assertThat(totals.number("rejected")).contains(2105.0);
    assertThat(totals.number("overdue")).contains(590.0);
    assertThat(json.items("stages")).hasSize(5);
    var full = (JsonObject) json.items("stages").getLast();
    assertThat(full.number("automated")).contains(4277.0);
    assertThat(full.number("wrong")).contains(2523.0);
    assertThat(full.number("unknown")).contains(604.0);
    assertThat(json.items("groups")).hasSize(1);
    long decided =
        json.items("over_time").stream()
            .mapToLong(each -> ((JsonObject) each).number("decided").orElseThrow().longValue())
            .sum();
    assertThat(decided).isEqualTo(300);
  }

  @Test
  void findingsCountEveryDecisionOnce() {
    var findings = findings("g");
    assertThat(findings.spans().size()).isBetween(2, 60);
    for (var counts :
        List.of(
            findings.spans().stream()
                .map(Findings.Span::counts)
                .reduce(Findings.Counts.NONE, Findings.Counts::and),
            findings.groups().getFirst().values().stream()
                .map(Findings.Value::counts)
                .reduce(Findings.Counts.NONE, Findings.Counts::and))) {
      assertThat(counts.decided()).isEqualTo(300);
      assertThat(counts.rejected()).isEqualTo(100);
      assertThat(counts.harmed()).isEqualTo(100);
      assertThat(counts.succeeded()).isEqualTo(100);
    }
    assertThat(findings.groups().getFirst().values()).hasSize(20);
    assertThat(findings.groups().getFirst().values().getLast().name()).isEqualTo("11 others");
    // Wilson's interval for 8 of 10, by hand.
    var range = new Findings.Counts(10, 8, 2, 0, 0).wrongShare();
    assertThat(range.lowest()).isBetween(0.489, 0.491);
    assertThat(range.highest()).isBetween(0.943, 0.944);
  }

  private static Report report(String title, String log) {
    return new Report(
        log,
        title,
        ReportTest.TOTALS,
        List.of(ReportTest.scope().with("stage", Json.of(HOSTILE.replace("\ud800", "")))),
        findings(log),
        19_344,
        Duration.ofSeconds(3));
  }

  private static Findings findings(String group) {
    var cases = new ArrayList<LoggedCase>();
    var endings = new ArrayList<Step.Ending>();
    for (int i = 0; i < 300; i++) {
      var at = START.plus(Duration.ofHours(7L * i));
      cases.add(
          new LoggedCase(
              "case %03d".formatted(i),
              at,
              JsonObject.EMPTY,
              Optional.of(new LoggedCase.Decision(true, at, "r", Optional.empty())),
              List.of(group + i % 30)));
      endings.add(
          List.of(Step.Ending.REJECTED, Step.Ending.SUCCEEDED, Step.Ending.HARMED).get(i % 3));
    }
    var samples =
        List.of(
            new TrustSample(START, 1, "observe", 0.1, 0.9),
            new TrustSample(START.plus(Duration.ofDays(30)), 100, group, 0.2, 0.4));
    var state = new ReplayState(new ReplayState.Run("l", "m", 1, "t"), 600, endings, 0, samples);
    return Findings.of(TimeLine.of(cases), state, List.of(new Grouping("c", group, List.of())));
  }

  private static Document parsed(String page) throws Exception {
    var factory = DocumentBuilderFactory.newDefaultInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.replace("<!doctype html>", ""))));
  }

  private static List<Element> elements(NodeList nodes) {
    var elements = new ArrayList<Element>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void aReportOfNothingIsAPageToo() throws Exception {
    var nothing =
        new Report(
            "l",
            "t",
            new Totals(0, new TreeMap<>()),
            List.of(),
            new Findings(List.of(), List.of(), List.of()),
            0,
            Duration.ZERO);
    assertThat(parsed(HtmlReport.of(nothing)).getElementsByTagName("svg").getLength()).isZero();
  }
}
