package dev.countersign.benchmarks.peers;

import dev.countersign.benchmarks.peers.Rules.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;

/// jCasbin, with one matcher over attributes.
///
/// Its manual puts such rules into the policies and the matcher calls `eval`, which parses a rule
/// on each call and took some hundred microseconds for each; a matcher that names the kinds of
/// rules is compiled once.
final class CasbinEngine implements Engine {
  private static final String MODEL =
      """
      [request_definition]
      r = op, type, ctx

      [policy_definition]
      p = op, type, rule, limit, eft

      [policy_effect]
      e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

      [matchers]
      m = (p.op == "*" || r.op == p.op) && r.type == p.type && (p.rule == "always" \
        || p.rule == "personal" && r.ctx.personal \
        || p.rule == "external" && r.ctx.external \
        || p.rule == "tokens" && r.ctx.tokens > long(p.limit) \
        || p.rule == "unregistered_rows" && !r.ctx.registered && r.ctx.rows > long(p.limit))
      """;

  private final Enforcer enforcer;

  CasbinEngine(Rules rules) {
    var model = new Model();
    model.loadModelFromText(MODEL);
    this.enforcer = new Enforcer(model);
    var policies = new ArrayList<List<String>>();
    policies.add(List.of("*", Rules.TYPE, "always", "0", "allow"));
    for (var forbid : rules.forbids()) {
      policies.add(
          List.of(
              forbid.operation().isEmpty() ? "*" : forbid.operation(),
              Rules.TYPE,
              kind(forbid),
              String.valueOf(limit(forbid)),
              "deny"));
    }
    enforcer.addPolicies(policies);
  }

  @Override
  public BooleanSupplier ask(Question question) {
    var context = new HashMap<String, Object>();
    context.put("personal", question.personal());
    context.put("external", question.external());
    context.put("registered", question.registered());
    context.put("tokens", question.tokens());
    context.put("rows", question.rows());
    return () -> enforcer.enforce(question.operation(), question.type(), context);
  }

  private static String kind(Rules.Forbid forbid) {
    return switch (forbid.terms().getFirst()) {
      case Term.Personal() -> "personal";
      case Term.External() -> "external";
      case Term.TokensOver(var _) -> "tokens";
      case Term.RowsOver(var _) -> "unregistered_rows";
      case Term.Unregistered() -> throw new IllegalArgumentException("`" + forbid + "` is unknown");
    };
  }

  private static long limit(Rules.Forbid forbid) {
    return switch (forbid.terms().getFirst()) {
      case Term.TokensOver(var limit) -> limit;
      case Term.RowsOver(var limit) -> limit;
      case Term.Personal(), Term.External(), Term.Unregistered() -> 0;
    };
  }
}
