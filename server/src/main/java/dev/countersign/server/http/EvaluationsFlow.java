package dev.countersign.server.http;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.check.EvaluationAnswer;
import dev.countersign.policy.check.EvaluationsRequest.Semantic;
import dev.countersign.server.http.DecisionFlow.Answered;
import dev.countersign.server.http.DecisionFlow.Asked;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Several questions of one call, each decided and committed as a decision of its own.
///
/// All of them at once if all are wanted. Otherwise one after the other, each committed before the
/// next is decided: what stands behind the one that ends it must not have been asked, and rules may
/// change in between.
///
/// Safe for use by many threads; never blocks the one that calls.
@Singleton
final class EvaluationsFlow {
  private final DecisionFlow decisions;

  EvaluationsFlow(DecisionFlow decisions) {
    this.decisions = decisions;
  }

  /// The answers in the order of the questions. Fails as a whole if any fails for another reason
  /// than its own shape: what is committed by then stays, but nobody was told.
  CompletableFuture<List<JsonObject>> answers(Semantic semantic, List<Asked> questions) {
    if (semantic != Semantic.EXECUTE_ALL) {
      return further(semantic, questions, new ArrayList<>());
    }
    var all = questions.stream().map(this::answer).toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(_ -> all.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<List<JsonObject>> further(
      Semantic semantic, List<Asked> questions, List<JsonObject> answers) {
    if (answers.size() == questions.size()) {
      return CompletableFuture.completedFuture(List.copyOf(answers));
    }
    return answer(questions.get(answers.size()))
        .thenCompose(answer -> {
          answers.add(answer);
          boolean decision = answer.truth("decision").orElse(false);
          return semantic.endsWith(decision)
              ? CompletableFuture.completedFuture(List.copyOf(answers))
              : further(semantic, questions, answers);
        });
  }

  private CompletableFuture<JsonObject> answer(Asked asked) {
    try {
      return decisions
          .answer(asked)
          .thenApply(EvaluationsFlow::shown)
          .exceptionally(failure -> {
            if (failure instanceof CompletionException wrapped
                && wrapped.getCause() instanceof Refusal.Invalid invalid) {
              return EvaluationAnswer.malformed(invalid.violations());
            }
            throw failure instanceof CompletionException known
                ? known
                : new CompletionException(failure);
          });
    } catch (Refusal.Invalid invalid) {
      return CompletableFuture.completedFuture(EvaluationAnswer.malformed(invalid.violations()));
    }
  }

  /// One among several: to ask people about it, ask it alone.
  static JsonObject shown(Answered answered) {
    return shown(answered, Optional.empty());
  }

  /// @param endpoint where people can be asked for what is denied
  static JsonObject shown(Answered answered, Optional<String> endpoint) {
    return new EvaluationAnswer(
            answered.decisionId(),
            answered.correlation(),
            answered.evaluatedAt(),
            answered.checked(),
            answered.ticket().json(),
            endpoint,
            answered.referred())
        .json();
  }
}
