package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every code of a problem that the sources write is in docs/problems.md.
class ProblemCodesTest {
  private static final Path GUIDE = Path.of("../docs/problems.md");
  private static final Pattern WORD = Pattern.compile("\"([a-z_]+)\"");

  private static final List<String> ROOMS =
      List.of("kernel", "ledger", "identity", "policy", "trust", "events", "workflow", "server");

  /// How a problem is made, and which of its arguments is its code.
  private static final Map<Pattern, Integer> MAKERS = makers();

  private static Map<Pattern, Integer> makers() {
    var makers = new LinkedHashMap<Pattern, Integer>();
    for (var type : List.of("Conflict", "Forbidden", "TooMany", "NotFound")) {
      makers.put(Pattern.compile("new Refusal\\." + type + "\\("), 0);
    }
    makers.put(Pattern.compile("Settled\\.refusal\\("), 0);
    makers.put(Pattern.compile("Outlived\\("), 0);
    makers.put(Pattern.compile("new Refusal\\.Invalid\\("), 1);
    makers.put(Pattern.compile("new Violation\\("), 1);
    makers.put(Pattern.compile("new Problem\\("), 1);
    makers.put(Pattern.compile("Problem\\.retry\\("), 1);
    makers.put(Pattern.compile("\\.problem\\("), 1);
    makers.put(Pattern.compile("\\bwrong\\("), 1);
    return makers;
  }

  @Test
  void everyCodeIsExplained() throws IOException {
    var guide = Files.readString(GUIDE);
    var codes = new TreeSet<String>();
    var things = new TreeSet<String>();
    for (var room : ROOMS) {
      for (var source : sources(Path.of("..", room, "src/main/java"))) {
        var text = Files.readString(source);
        MAKERS.forEach((maker, place) ->
            collect(text, maker, place, maker.pattern().contains("NotFound") ? things : codes));
      }
    }
    // What only an operator at the data directory can ask for.
    things.remove("signing_key");
    assertThat(codes).hasSizeGreaterThan(150).contains("blocked", "unknown_attribute", "missing");
    assertThat(things).contains("case", "webhook");
    assertThat(codes).allSatisfy(code -> assertThat(guide).contains("`" + code + "`"));
    var list = guide.substring(guide.indexOf("`<thing>_not_found`"));
    var listed = list.substring(0, list.indexOf('\n'));
    assertThat(things).allSatisfy(thing -> assertThat(listed).contains("`" + thing + "`"));
  }

  private static void collect(String text, Pattern maker, int place, SortedSet<String> found) {
    var calls = maker.matcher(text);
    while (calls.find()) {
      var code = WORD.matcher(argument(text, calls.end(), place));
      if (code.matches()) {
        found.add(code.group(1));
      }
    }
  }

  /// The argument of that number of the call whose arguments begin at `from`.
  private static String argument(String text, int from, int number) {
    int depth = 0;
    int begin = from;
    boolean quoted = false;
    for (int i = from, passed = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && text.charAt(i - 1) != '\\') {
        quoted = !quoted;
      }
      if (!quoted && "([{".indexOf(c) >= 0) {
        depth++;
      } else if (!quoted && depth == 0 && (c == ',' || c == ')')) {
        if (passed == number) {
          return text.substring(begin, i).strip();
        }
        if (c == ')') {
          return "";
        }
        passed++;
        begin = i + 1;
      } else if (!quoted && ")]}".indexOf(c) >= 0) {
        depth--;
      }
    }
    return "";
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
