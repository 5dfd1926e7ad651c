package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.TenantId;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

/// Changes stored rows of approved proposals behind the product's back, in a real database, and has
/// the whole execution run over them: none may be carried out. Those that were left as they were
/// have to be.
///
/// Each proposal is made, approved and carried out by the product; then what it did is taken back
/// by SQL, so that it stands as after a crash: approved, and not carried out.
public final class MutatedRows {
  private static final int CONNECTIONS = 8;

  /// One in so many is left as it is.
  private static final int UNTOUCHED = 10;

  /// Of how many the rows are given to others.
  private static final int DONORS = 20;

  /// What is changed, by name; `:p` is the proposal, `:a` its request, `:q` and `:b` another's,
  /// `:c` a case of which nothing was proposed.
  private final Map<String, String> changes = new LinkedHashMap<>();

  private void allChanges() {
    changes.put(
        "a bit of the action",
        "update workflow.proposal set action = set_byte(action, :n, get_byte(action, :n) # 1) where proposal_id = :p");
    changes.put(
        "another payload, the digest is the old one",
        "update workflow.proposal set action = %1$s where proposal_id = :p and action <> %1$s"
            .formatted(forged("\"payload\":{}", "\"payload\":{\"cents\":1}")));
    forge("another payload, the digest fits", "\"payload\":{}", "\"payload\":{\"cents\":1}");
    forge("another transition, the digest fits", "\"type\":\"go\"", "\"type\":\"return\"");
    forge(
        "another version of the case, the digest fits", "\"case_version\":1", "\"case_version\":2");
    changes.put(
        "another action, its digest as well",
        "update workflow.proposal set (action, action_digest) = (select action, action_digest from workflow.proposal where proposal_id = :q) where proposal_id = :p");
    changes.put(
        "another action digest",
        "update workflow.proposal set action_digest = sha256(action_digest) where proposal_id = :p");
    changes.put("another case", "update workflow.proposal set case_id = :c where proposal_id = :p");
    changes.put(
        "its proposer is who approved",
        "update workflow.proposal set proposer = replace(proposer, 'agent', 'reviewer'), principal = replace(principal, 'agent', 'reviewer') where proposal_id = :p");
    request("another gate", "gate = 'another'");
    request("another version of the policies", "policy_version = policy_version + 1");
    request("another requirement", "requirement = replace(requirement, 'reviewer', 'agent')");
    request("a later expiry", "expires_at = expires_at + interval '1 second'");
    request("a time to ask more people", "escalates_at = now()");
    request("a time for a veto", "runs_at = now()");
    request(
        "whoever approved may not",
        "barred = array(select approver from workflow.approval_decision where approval_id = :a)");
    request("another approval digest", "approval_digest = sha256(approval_digest)");
    request(
        "another's terms",
        "(policy_version, requirement, expires_at, approval_digest) = (select policy_version, requirement, expires_at, approval_digest from workflow.approval_request where approval_id = :b)");
    changes.put(
        "nobody said anything", "delete from workflow.approval_decision where approval_id = :a");
    said("it was rejected", "decision = 'reject'");
    said("it was deferred", "decision = 'defer'");
    said("in a role that is not asked", "roles = array['agent']");
    said("about another action", "action_digest = sha256(action_digest)");
    said("about other terms", "approval_digest = sha256(approval_digest)");
    said("by whoever proposed it", "approver = replace(approver, 'reviewer', 'agent')");
  }

  private void forge(String name, String was, String now) {
    changes.put(
        name,
        "update workflow.proposal set action = %1$s, action_digest = sha256(%1$s) where proposal_id = :p and action <> %1$s"
            .formatted(forged(was, now)));
  }

  /// The bytes of an action as well, but of another one.
  private static String forged(String was, String now) {
    return "convert_to(replace(convert_from(action, 'UTF8'), '%s', '%s'), 'UTF8')"
        .formatted(was, now);
  }

  private void request(String name, String change) {
    changes.put(name, "update workflow.approval_request set " + change + " where approval_id = :a");
  }

  private void said(String name, String change) {
    changes.put(
        name, "update workflow.approval_decision set " + change + " where approval_id = :a");
  }

  private final WorkRoom room;
  private final Connection superuser;
  private final Random random;
  private final Map<String, Integer> tried = new LinkedHashMap<>();
  private final Map<String, Integer> executed = new LinkedHashMap<>();

  private MutatedRows(WorkRoom room, Connection superuser, long seed) {
    this.room = room;
    this.superuser = superuser;
    this.random = new Random(seed);
    allChanges();
  }

  /// @param args how many, and the seed
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int count = Integer.parseInt(args[0]);
    var folder = Files.createTempDirectory("countersign-mutated");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      try (var room = new WorkRoom(place, CONNECTIONS);
          var superuser =
              Place.source(place.url(), postgres.superuser(), postgres.superuserPassword())
                  .getConnection()) {
        new MutatedRows(room, superuser, Long.parseLong(args[1])).run(count);
      }
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  /// A proposal that was approved and not carried out.
  private record Approved(TenantId tenant, UUID proposal, UUID approval, UUID spareCase) {}

  private void run(int count) throws InterruptedException, SQLException {
    var approved = approve(count + DONORS);
    takeBack();
    int untouched = 0;
    int lost = 0;
    for (int i = DONORS; i < approved.size(); i++) {
      var one = approved.get(i);
      boolean touched = i % UNTOUCHED != 0;
      var kind = "untouched";
      if (touched) {
        kind = List.copyOf(changes.keySet()).get(random.nextInt(changes.size()));
        change(kind, one, approved.get(random.nextInt(DONORS)));
      }
      room.executions.execute(one.tenant(), one.proposal(), "0".repeat(32));
      boolean ran = ran(one);
      if (touched) {
        tried.merge(kind, 1, Integer::sum);
        executed.merge(kind, ran ? 1 : 0, Integer::sum);
      } else {
        untouched++;
        lost += ran ? 0 : 1;
      }
    }
    print(untouched, lost);
  }

  private void print(int untouched, int lost) {
    int all = executed.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "%d mutated rows of %d kinds in a database, the whole execution over each: %d executed%n",
        tried.values().stream().mapToInt(Integer::intValue).sum(), tried.size(), all);
    changes.keySet().stream()
        .filter(tried::containsKey)
        .forEach(kind ->
            System.out.printf(
                "  %-55s %7d, %d executed%n", kind, tried.get(kind), executed.get(kind)));
    System.out.printf("%d left as they were: %d not executed%n", untouched, lost);
    if (all > 0 || lost > 0) {
      throw new IllegalStateException("a mutated row was executed, or another was not");
    }
  }

  private List<Approved> approve(int count) throws InterruptedException {
    var staff = Place.TENANTS.stream().map(room::staff).toList();
    staff.forEach(room::prepare);
    var approved = new ArrayList<Approved>();
    var threads = new ArrayList<Thread>();
    for (var own : staff) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < count / staff.size() + 1; i++) {
                  var one = approve(own);
                  synchronized (approved) {
                    approved.add(one);
                  }
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    return approved;
  }

  private Approved approve(WorkRoom.Staff staff) {
    var proposed = room.propose(staff, room.openCase(staff), 1, "go");
    room.approve(staff, proposed);
    return new Approved(
        staff.agent().tenant(),
        WorkRoom.id(proposed, "proposal_id"),
        WorkRoom.id(proposed.object("approval").orElseThrow(), "id"),
        room.openCase(staff));
  }

  /// The database refuses some of the changes by itself; here it may not help.
  private void takeBack() throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute(
          """
          alter table workflow.proposal drop constraint proposal_action_digest;
          set session_replication_role = replica\
          """);
      statement.execute("delete from workflow.execution");
      statement.execute("update workflow.proposal set state = 'approved'");
      statement.execute("update workflow.case_file set queue = 'here', version = 1");
    }
  }

  private void change(String kind, Approved one, Approved other) throws SQLException {
    var sql =
        Objects.requireNonNull(changes.get(kind))
            .replace(":n", String.valueOf(random.nextInt(150)))
            .replace(":p", "'" + one.proposal() + "'")
            .replace(":a", "'" + one.approval() + "'")
            .replace(":q", "'" + other.proposal() + "'")
            .replace(":b", "'" + other.approval() + "'")
            .replace(":c", "'" + one.spareCase() + "'");
    try (var statement = superuser.createStatement()) {
      if (statement.executeUpdate(sql) != 1) {
        throw new IllegalStateException("nothing was changed: " + sql);
      }
    }
  }

  private boolean ran(Approved one) throws SQLException {
    try (var statement =
        superuser.prepareStatement(
            "select count(*) from workflow.execution where proposal_id = ?")) {
      statement.setObject(1, one.proposal());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getInt(1) > 0;
      }
    }
  }
}
