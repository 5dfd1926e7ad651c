package dev.countersign.benchmarks.peers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.benchmarks.peers.Rules.Term;
import io.sapl.api.pdp.AuthorizationSubscription;
import io.sapl.api.pdp.Decision;
import io.sapl.interpreter.InitializationException;
import io.sapl.interpreter.combinators.PolicyDocumentCombiningAlgorithm;
import io.sapl.pdp.EmbeddedPolicyDecisionPoint;
import io.sapl.pdp.PolicyDecisionPointFactory;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// SAPL, embedded, a document for each rule, asked for one decision.
final class SaplEngine implements Engine {
  private final EmbeddedPolicyDecisionPoint point;

  SaplEngine(Rules rules) {
    var documents = new ArrayList<String>();
    documents.add("policy \"permit\" permit resource.type == \"%s\"".formatted(Rules.TYPE));
    for (var forbid : rules.forbids()) {
      var operation =
          forbid.operation().isEmpty()
              ? ""
              : " & action.name == \"%s\"".formatted(forbid.operation());
      documents.add(
          "policy \"p%d\" deny resource.type == \"%s\"%s where %s;"
              .formatted(
                  documents.size(),
                  Rules.TYPE,
                  operation,
                  forbid.terms().stream()
                      .map(SaplEngine::condition)
                      .collect(Collectors.joining("; "))));
    }
    try {
      this.point =
          PolicyDecisionPointFactory.fixedInRamPolicyDecisionPoint(
              documents, PolicyDocumentCombiningAlgorithm.DENY_OVERRIDES, Map.of());
    } catch (InitializationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public BooleanSupplier ask(Question question) {
    var environment =
        object()
            .put("personal", question.personal())
            .put("external", question.external())
            .put("registered", question.registered())
            .put("tokens", question.tokens())
            .put("rows", question.rows());
    var subscription =
        new AuthorizationSubscription(
            object().put("type", "key").put("id", "k"),
            object().put("name", question.operation()),
            object().put("type", question.type()).put("id", "gpt-4"),
            environment);
    return () ->
        Objects.requireNonNull(point.decideOnce(subscription).block()).getDecision()
            == Decision.PERMIT;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String condition(Term term) {
    return switch (term) {
      case Term.Personal() -> "environment.personal";
      case Term.External() -> "environment.external";
      case Term.Unregistered() -> "!environment.registered";
      case Term.TokensOver(var limit) -> "environment.tokens > " + limit;
      case Term.RowsOver(var limit) -> "environment.rows > " + limit;
    };
  }
}
