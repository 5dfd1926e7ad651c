package dev.countersign.benchmarks.peers;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.Value;
import dev.countersign.benchmarks.peers.Rules.Term;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Cedar's own engine, native, called from Java, with its policies parsed once and kept.
final class CedarEngine implements Engine {
  private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
  private final PolicySet policies;

  CedarEngine(Rules rules) {
    var all = new LinkedHashSet<Policy>();
    all.add(new Policy("permit(principal, action, resource is Model);", "permit"));
    for (var forbid : rules.forbids()) {
      all.add(
          new Policy(
              "forbid(principal, action%s, resource is Model) when { %s };"
                  .formatted(
                      forbid.operation().isEmpty()
                          ? ""
                          : " == Action::\"" + forbid.operation() + "\"",
                      forbid.terms().stream()
                          .map(CedarEngine::condition)
                          .collect(Collectors.joining(" && "))),
              "p" + all.size()));
    }
    this.policies = new PolicySet(all);
    try {
      policies.cache();
    } catch (CacheException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public BooleanSupplier ask(Question question) {
    var request =
        new AuthorizationRequest(
            entity("Key", "k"),
            entity("Action", question.operation()),
            entity(question.type().equals(Rules.TYPE) ? "Model" : "Other", "gpt-4"),
            Map.<String, Value>of(
                "personal", new PrimBool(question.personal()),
                "external", new PrimBool(question.external()),
                "registered", new PrimBool(question.registered()),
                "tokens", new PrimLong(question.tokens()),
                "rows", new PrimLong(question.rows())));
    var entities = new Entities();
    return () -> {
      try {
        return engine.isAuthorized(request, policies, entities).success.orElseThrow().isAllowed();
      } catch (AuthException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static EntityUID entity(String type, String id) {
    return EntityTypeName.parse(type).orElseThrow().of(id);
  }

  private static String condition(Term term) {
    return switch (term) {
      case Term.Personal() -> "context.personal";
      case Term.External() -> "context.external";
      case Term.Unregistered() -> "!context.registered";
      case Term.TokensOver(var limit) -> "context.tokens > " + limit;
      case Term.RowsOver(var limit) -> "context.rows > " + limit;
    };
  }
}
