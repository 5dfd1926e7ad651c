package dev.countersign.policy.lifecycle;

import java.util.regex.Pattern;

/// What can be told from a condition's text about the tenant's values that it reads.
///
/// By the text, not by the language: this errs towards `it may`. A string that happens to hold the
/// word `context` counts as a read, and so does whatever hides one behind escapes or brackets.
final class TenantValueReads {
  private static final Pattern OTHER_KEY =
      Pattern.compile("\\bcontext\\.(?!tenant\\b)[a-z_][a-z0-9_]*\\b");
  private static final Pattern TENANT_VALUE =
      Pattern.compile("\\bcontext\\.tenant\\.([a-z_][a-z0-9_]*)\\b");
  private static final Pattern VARIABLE = Pattern.compile("context");

  private TenantValueReads() {}

  /// Whether the condition may read `context.tenant.<name>`.
  static boolean mayRead(String condition, String name) {
    var rest = OTHER_KEY.matcher(condition).replaceAll(" ~ ");
    rest =
        TENANT_VALUE
            .matcher(rest)
            .replaceAll(match -> match.group(1).equals(name) ? "context" : " ~ ");
    return VARIABLE.matcher(rest).find();
  }

  /// Whether the condition certainly stays true when `context.tenant.<name>` is lowered: it is a
  /// chain of terms of which each that reads it says `something > it`.
  static boolean holdsMoreOftenUnderLower(String condition, String name) {
    // Quotes, comments and choices could make a term mean something else than it says by itself.
    if (condition.chars().anyMatch(c -> "\"'`?/\\".indexOf(c) >= 0)) {
      return false;
    }
    var reads =
        Pattern.compile("\\s*[a-z_][a-z0-9_.]*\\s*>=?\\s*context\\.tenant\\." + name + "\\s*");
    for (var term : condition.split("&&|\\|\\|", -1)) {
      if (!balanced(term)
          || (mayRead(term, name)
              && !(reads.matcher(term).matches() && !mayRead(left(term), name)))) {
        return false;
      }
    }
    return true;
  }

  private static String left(String term) {
    return term.substring(0, term.indexOf('>'));
  }

  private static boolean balanced(String term) {
    int open = 0;
    for (int i = 0; i < term.length(); i++) {
      char c = term.charAt(i);
      open += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
      if (open < 0) {
        return false;
      }
    }
    return open == 0;
  }
}
