package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.journey.CheckLoad.Reply;
import dev.countersign.cli.journey.TwoNodes.Answer;
import dev.countersign.cli.journey.TwoNodes.Logged;
import dev.countersign.cli.journey.TwoNodes.Node;
import dev.countersign.kernel.Json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What two whole servers promise together, on one database and one Redis.
class TwoNodesTest {
  private static final String KEYS = "/api/admin/keys";
  private static final String SETS = "/v1/policy-sets";
  private static final String UNLIMITED = ",\"limit\":1000000,\"burst\":1000000";

  /// Changes under load, each with its own race against what is being decided.
  private static final int CHANGES = 3;

  /// Until the Redis answers every call of one round in time, which on a busy machine takes some.
  private static final int MOST_ROUNDS = 20;

  private static final int REFUSALS = 60;

  @TempDir private static Path folder;
  private static TwoNodes nodes;

  /// A tenant with its administrator's key.
  private record Tenant(String id, String admin) {
    /// A key of one role.
    Answer key(Node node, String role, String limits) {
      return expect(
          201,
          nodes.post(
              node,
              admin,
              KEYS,
              "{\"name\":\"%s\",\"roles\":[\"%s\"]%s}".formatted(role, role, limits)));
    }
  }

  @BeforeAll
  static void start() throws IOException, SQLException {
    nodes = TwoNodes.start(folder);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static Tenant tenant(String slug) throws IOException {
    var made =
        expect(
            201,
            nodes.post(
                nodes.first(),
                nodes.platform(),
                "/v1/tenants",
                "{\"slug\":\"%s\",\"name\":\"Two nodes\"}".formatted(slug)));
    var admin = ((JsonObject) made.json().items("keys").getFirst()).text("key").orElseThrow();
    return new Tenant(made.text("tenant_id"), admin);
  }

  private static Answer expect(int status, Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  @Test
  void aNodeWithAnotherPepperDoesNotStart() {
    assertThatThrownBy(() -> nodes.addStranger())
        .hasMessageContaining("is not the pepper under which the keys of this database are hashed")
        .hasMessageContaining("copy `key-pepper` from the data directory of a node that works");
  }

  @Test
  void aNodeWithoutTheFirstKeyGetsOneInThePlatformsOneTenant() throws IOException {
    var tenants = new ArrayList<String>();
    var keys = new ArrayList<String>();
    for (var node : nodes.all()) {
      tenants.add(TwoNodes.platform(node, "tenant_id"));
      keys.add(TwoNodes.platform(node, "key"));
    }
    assertThat(tenants).hasSize(2).containsOnly(tenants.getFirst());
    assertThat(keys).doesNotHaveDuplicates();
    for (var node : nodes.all()) {
      for (var key : keys) {
        expect(200, nodes.get(node, key, "/v1/ledger/entries?action=tenant.created"));
      }
    }
  }

  @Test
  void nodesShareALimitExactly() throws Exception {
    var tenant = tenant("limits");
    int burst = 60;
    // One token a minute flows in: what passes in less is the burst.
    var limits = ",\"limit\":1,\"burst\":" + burst;
    expect(
        200,
        nodes.put(
            nodes.first(),
            tenant.admin(),
            "/api/admin/limits",
            "{\"when_unavailable\":\"refuse\"}"));
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var key = tenant.key(nodes.first(), "agent", limits).text("key");
      var calls = new ArrayList<Callable<Reply>>();
      for (int i = 0; i < 4 * burst; i++) {
        var node = nodes.all().get(i % 2);
        calls.add(() ->
            new Reply(
                node, System.nanoTime(), nodes.post(node, key, "/v1/check", CheckLoad.CHECK)));
      }
      var replies = atOnce(calls);
      var passed = replies.stream().filter(Reply::decided).toList();
      assertThat(passed).hasSizeLessThanOrEqualTo(burst);
      assertThat(replies).extracting(reply -> reply.answer().status()).isSubsetOf(200, 429, 503);
      // A Redis that does not answer in time, on a machine that is busy, refuses: fail closed. Then
      // a token may be gone and nobody passed for it.
      if (replies.stream().noneMatch(reply -> reply.answer().status() == 503)) {
        assertThat(passed).hasSize(burst).extracting(Reply::node).containsAll(nodes.all());
        return;
      }
    }
    throw new AssertionError("the Redis was not in time once in " + MOST_ROUNDS + " rounds");
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newFixedThreadPool(12)) {
      var done = new ArrayList<T>();
      for (Future<T> one : threads.invokeAll(calls)) {
        done.add(one.get());
      }
      return done;
    }
  }

  @Test
  void noNodeAnswersForAKeyThatWasRevokedOnTheOther() throws Exception {
    var tenant = tenant("revocation");
    for (int i = 0; i < CHANGES; i++) {
      var key = tenant.key(nodes.first(), "agent", UNLIMITED);
      var id = key.text("id");
      long revoked;
      List<Reply> replies;
      try (var load = CheckLoad.on(nodes, key.text("key"))) {
        expect(200, nodes.delete(nodes.first(), tenant.admin(), KEYS + "/" + id));
        revoked = System.nanoTime();
        load.await(nodes, revoked);
        replies = load.replies();
      }
      for (var node : nodes.all()) {
        assertThat(replies).anyMatch(reply -> reply.node().equals(node) && reply.decided());
      }
      assertThat(replies.stream().filter(reply -> reply.sentAfter(revoked)))
          .extracting(reply -> reply.answer().status())
          .contains(401)
          .isSubsetOf(401, 503);

      var log = nodes.log(tenant.id());
      assertThat(log.stream().filter(entry -> decided(entry, id)).count())
          .as("each answer is in the log")
          .isGreaterThanOrEqualTo(replies.stream().filter(Reply::decided).count());
      var end = log.stream().filter(entry -> entry.action().equals("key.revoked")).toList();
      assertThat(end).hasSize(i + 1);
      assertThat(log.stream().filter(entry -> entry.index() > end.getLast().index()))
          .as("no decision of the key stands behind its revocation")
          .noneMatch(entry -> decided(entry, id));
    }
  }

  private static boolean decided(Logged entry, String keyId) {
    return entry.action().equals("decision.made") && entry.actor().endsWith(":" + keyId);
  }

  @Test
  void noNodeAnswersUnderAPolicyVersionThatWasReplacedOnTheOther() throws Exception {
    var tenant = tenant("activation");
    var agent = tenant.key(nodes.first(), "agent", UNLIMITED).text("key");
    var author = tenant.key(nodes.first(), "policy_author", UNLIMITED).text("key");
    // Wider than the starter set, so another person has to agree.
    int first = validated(author, 0);
    expect(202, on(nodes.first(), author, first, "activate"));
    expect(200, on(nodes.first(), tenant.admin(), first, "confirm"));

    try (var load = CheckLoad.on(nodes, agent)) {
      assertThat(load.replies().stream().filter(Reply::decided))
          .allMatch(reply -> allowed(reply) && version(reply) == first);
      for (int i = 1; i <= CHANGES; i++) {
        int version = validated(author, i);
        var node = nodes.all().get(i % 2);
        expect(200, on(node, author, version, "activate"));
        long active = System.nanoTime();
        load.await(nodes, active);
        boolean permits = i < CHANGES;
        assertThat(
                load.replies().stream().filter(reply -> reply.sentAfter(active) && reply.decided()))
            .as("version %d", version)
            .isNotEmpty()
            .allMatch(reply -> version(reply) == version && allowed(reply) == permits);
      }
    }
    long inForce = 0;
    int decisions = 0;
    for (var entry : nodes.log(tenant.id())) {
      switch (entry.action()) {
        case "policy.activated" ->
            inForce = entry.details().number("version").orElseThrow().longValue();
        case "decision.made" -> {
          decisions++;
          // Newer is possible: an activation is in force a moment before its entry has its index.
          assertThat(entry.details().number("policy_version").orElseThrow().longValue())
              .as("entry %d", entry.index())
              .isGreaterThanOrEqualTo(inForce);
        }
        default -> {}
      }
    }
    assertThat(inForce).isEqualTo(first + CHANGES);
    assertThat(decisions).isGreaterThan(CHANGES);
  }

  /// A new version with one forbid more for each step, the last of which forbids what is asked.
  private static int validated(String author, int step) {
    var policies =
        new StringBuilder(
            "{\"key\":\"base_permit\",\"message\":\"permitted\",\"effect\":\"permit\",\"condition\":\"true\"}");
    for (int i = 1; i <= step; i++) {
      policies.append(
          ",{\"key\":\"no_%d\",\"message\":\"forbidden\",\"effect\":\"forbid\",\"condition\":\"action.name == '%s'\"}"
              .formatted(i, i == CHANGES ? "classify" : "other_" + i));
    }
    var made = nodes.post(nodes.first(), author, SETS, "{\"policies\":[%s]}".formatted(policies));
    int version = (int) expect(201, made).number("version");
    expect(200, on(nodes.first(), author, version, "validate"));
    return version;
  }

  private static Answer on(Node node, String key, int version, String step) {
    return nodes.post(node, key, SETS + "/" + version + "/" + step, "");
  }

  private static long version(Reply reply) {
    return reply.answer().number("policy_version");
  }

  private static boolean allowed(Reply reply) {
    return reply.answer().json().truth("allowed").orElseThrow();
  }

  @Test
  void nodesExtendOneLogThatVerifies() throws Exception {
    var tenant = tenant("one-log");
    var agent = tenant.key(nodes.first(), "agent", UNLIMITED).text("key");
    List<Reply> replies;
    try (var load = CheckLoad.on(nodes, agent)) {
      // Entries of the other way into the log, too: a refused write leaves one.
      var calls = new ArrayList<Callable<Answer>>();
      IntStream.range(0, REFUSALS)
          .forEach(i ->
              calls.add(() -> nodes.post(nodes.all().get(i % 2), agent, KEYS, "{\"name\":\"x\"}")));
      assertThat(atOnce(calls)).extracting(Answer::status).containsOnly(403);
      load.await(nodes, System.nanoTime());
      replies = load.replies();
    }
    var indexes =
        replies.stream()
            .filter(Reply::decided)
            .map(reply -> reply.answer().json().object("ticket").orElseThrow().number("log_index"))
            .map(index -> index.orElseThrow().longValue())
            .toList();
    assertThat(indexes).doesNotHaveDuplicates();
    var log = nodes.log(tenant.id());
    assertThat(log).extracting(Logged::index).containsAll(indexes);
    assertThat(log).filteredOn(entry -> entry.action().endsWith(".refused")).hasSize(REFUSALS);

    // Against what each of them signed, and both with one key.
    for (var node : nodes.all()) {
      var checkpoint = folder.resolve("checkpoint-of-" + node.data().getFileName());
      Files.writeString(checkpoint, expect(200, nodes.get(node, "", "/ledger/checkpoint")).body());
      var fsck =
          DemoServer.command(
              List.of(
                  "ledger",
                  "fsck",
                  "--database-url",
                  nodes.url(),
                  "--user",
                  nodes.superuser(),
                  "--content-keys",
                  nodes.contentKeys().toString(),
                  "--checkpoint",
                  checkpoint.toString()));
      fsck.environment().put("PGPASSWORD", nodes.superuserPassword());
      var ended = DemoServer.run(fsck, folder.resolve("fsck.out"));
      assertThat(ended.code()).as(ended.output()).isZero();
      assertThat(ended.output())
          .contains("fsck: ok")
          .doesNotContain("not read")
          .contains("as the newest signed checkpoint");
    }
  }
}
