package dev.countersign.cli.journey;

import dev.countersign.cli.journey.TwoNodes.Answer;
import dev.countersign.cli.journey.TwoNodes.Node;
import dev.countersign.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Clients that ask `/v1/check` on two nodes, each one question after the other, until they are
/// stopped.
final class CheckLoad implements AutoCloseable {
  static final String CHECK =
      "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":120}}";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CLIENTS = 4;

  private final ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean open = true;

  /// What a client got.
  ///
  /// @param sent when it asked, by `System.nanoTime`
  record Reply(Node node, long sent, Answer answer) {
    boolean decided() {
      return answer.status() == 200;
    }

    boolean sentAfter(long moment) {
      return sent - moment > 0;
    }
  }

  private CheckLoad() {}

  /// Begins, and waits until every node has decided something.
  static CheckLoad on(TwoNodes nodes, String key) {
    var load = new CheckLoad();
    for (var node : nodes.all()) {
      for (int i = 0; i < CLIENTS; i++) {
        load.clients.add(Thread.ofPlatform().start(() -> load.ask(nodes, node, key)));
      }
    }
    for (var node : nodes.all()) {
      Await.until(
          "a decision of " + node.url(),
          PATIENCE,
          () ->
              !load.failures.isEmpty()
                  || load.replies.stream()
                      .anyMatch(reply -> reply.node().equals(node) && reply.decided()));
    }
    return load;
  }

  private void ask(TwoNodes nodes, Node node, String key) {
    try {
      while (open) {
        long sent = System.nanoTime();
        replies.add(new Reply(node, sent, nodes.post(node, key, "/v1/check", CHECK)));
      }
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  /// Waits until each node has answered some questions that were asked after a moment.
  void await(TwoNodes nodes, long moment) {
    for (var node : nodes.all()) {
      Await.until(
          "answers of " + node.url(),
          PATIENCE,
          () ->
              !failures.isEmpty()
                  || replies.stream()
                          .filter(reply -> reply.node().equals(node) && reply.sentAfter(moment))
                          .count()
                      > 4L * CLIENTS);
    }
    failures.forEach(failure -> {
      throw new AssertionError(failure);
    });
  }

  List<Reply> replies() {
    return List.copyOf(replies);
  }

  @Override
  public void close() {
    open = false;
    for (var client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
