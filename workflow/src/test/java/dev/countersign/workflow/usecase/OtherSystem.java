package dev.countersign.workflow.usecase;

import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// Somebody else's system: it answers as a test tells it, [Reply.Done] by itself, and remembers
/// what it was asked.
final class OtherSystem implements ActionCalls {
  private final Queue<Function<OutgoingCall, Reply>> answers = new ConcurrentLinkedQueue<>();
  private final List<OutgoingCall> asked = new CopyOnWriteArrayList<>();
  private volatile Function<OutgoingCall, Reply> usually = _ -> new Reply.Done();

  /// The next answers, in order.
  void answers(Reply... replies) {
    for (var reply : replies) {
      answers.add(_ -> reply);
    }
  }

  /// The next call does this.
  void does(Function<OutgoingCall, Reply> what) {
    answers.add(what);
  }

  /// What it does whenever it was not told anything else.
  void usually(Function<OutgoingCall, Reply> what) {
    usually = what;
  }

  List<OutgoingCall> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Reply call(OutgoingCall call) {
    asked.add(call);
    var next = answers.poll();
    return (next == null ? usually : next).apply(call);
  }
}
