package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Principal;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.workflow.usecase.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// How long the first page of an inbox takes while a million requests wait in it, beside the same
/// inbox with a hundred; also for readers who may not decide about the newest of them, because each
/// was proposed for them, or who have decided about those already.
///
/// The requests are copies of one that was made by the product, each with ids of its own; so many
/// are not made one by one in a benchmark's time. The hundred are the oldest and open to everybody.
public final class LongInbox {
  private static final int FEW = 100;
  private static final int CONNECTIONS = 8;
  private static final int WARM = 300;
  private static final int READ = 2_000;

  /// How many of the newest a reader is kept from, beside all but the hundred.
  private static final int SOME = 100_000;

  /// A slow page is read less often.
  private static final long LONGEST_NANOS = 6_000_000_000L;

  private static final int FEWEST = 12;

  private LongInbox() {}

  /// @param args how many wait, and for how many others they were proposed
  public static void main(String[] args) throws IOException, SQLException {
    int many = Integer.parseInt(args[0]);
    int others = Integer.parseInt(args[1]);
    var folder = Files.createTempDirectory("countersign-inbox");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      try (var room = new WorkRoom(place, CONNECTIONS);
          var superuser =
              Place.source(place.url(), postgres.superuser(), postgres.superuserPassword())
                  .getConnection()) {
        var staff = room.staff(Place.TENANTS.getFirst());
        room.prepare(staff);
        room.propose(staff, room.openCase(staff), 1, "go");
        copy(superuser, FEW - 1, others, List.of());
        measure(room, staff.reviewer(), FEW, "a reviewer");
        int some = Math.min(SOME, many / 10);
        var barredFromSome = reader(staff, "barred_from_some", "reviewer");
        var barredFromAll = reader(staff, "barred_from_all", "reviewer");
        copy(
            superuser,
            many,
            others,
            List.of(new Barred(barredFromAll, many), new Barred(barredFromSome, some)));
        int all = many + FEW;
        measure(room, staff.reviewer(), all, "a reviewer");
        measure(
            room,
            reader(staff, "both", "reviewer", "approver:pharmacist", "operator"),
            all,
            "somebody with three roles");
        measure(room, barredFromSome, all, words("barred from the newest %,d", some));
        measure(room, barredFromAll, all, words("barred from the newest %,d", many));
        var saidSome = reader(staff, "said_some", "reviewer");
        var saidAll = reader(staff, "said_all", "reviewer");
        vote(superuser, saidSome, some);
        measure(room, saidSome, all, words("who voted on the newest %,d", some));
        vote(superuser, saidAll, many);
        measure(room, saidAll, all, words("who voted on the newest %,d", many));
      }
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private static String words(String words, int count) {
    return String.format(Locale.ROOT, words, count);
  }

  private static Principal reader(WorkRoom.Staff staff, String name, String... roles) {
    return new Principal(
        staff.agent().tenant(),
        Principal.Kind.API_KEY,
        "ck_" + name,
        name,
        new TreeSet<>(List.of(roles)),
        Principal.DEFAULT_SITE,
        staff.agent().credentialsGeneration());
  }

  private static void measure(WorkRoom room, Principal reader, int waiting, String who) {
    var page = new Page(Page.DEFAULT_LIMIT, Optional.empty());
    read(room, reader, page, WARM);
    long[] nanos = read(room, reader, page, READ);
    System.out.printf(
        Locale.ROOT,
        "%,9d wait, first page of %d for %-36s p50 %7.2f ms, p99 %7.2f ms, longest %7.2f ms (%,d read)%n",
        waiting,
        Page.DEFAULT_LIMIT,
        who + ":",
        nanos[nanos.length / 2] / 1e6,
        nanos[(int) (nanos.length * 0.99)] / 1e6,
        nanos[nanos.length - 1] / 1e6,
        nanos.length);
  }

  /// Reads so often, or fewer times if it takes too long, and sorts how long each took.
  private static long[] read(WorkRoom room, Principal reader, Page page, int most) {
    var nanos = new ArrayList<Long>();
    long end = System.nanoTime() + LONGEST_NANOS * most / READ;
    while (nanos.size() < most && (nanos.size() < FEWEST || System.nanoTime() < end)) {
      long start = System.nanoTime();
      var answer = room.inbox.inbox(reader, page);
      nanos.add(System.nanoTime() - start);
      if (answer.items("approvals").size() != Page.DEFAULT_LIMIT) {
        throw new IllegalStateException("the page is not full");
      }
    }
    return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  /// Somebody for whom so many of the newest were proposed.
  private record Barred(Principal reader, int newest) {}

  /// So many more of the newest request, with a case and a proposal of their own.
  ///
  /// @param others for one of whom each was proposed in turn
  private static void copy(Connection superuser, int more, int others, List<Barred> barred)
      throws SQLException {
    var names = new StringBuilder("|| array['user:other' || f.n %% %d]".formatted(others));
    for (var each : barred) {
      names.append(
          " || case when f.n > %d then array['%s'] else array[]::text[] end"
              .formatted(more - each.newest(), each.reader().actor()));
    }
    try (var statement = superuser.createStatement()) {
      statement.execute("drop table if exists public.fresh");
      statement.execute(
          "create table public.fresh as select n, uuidv7() as a, uuidv7() as p, uuidv7() as c from generate_series(1, "
              + more
              + ") n");
      // What a copy refers to is copied as well; to look for each takes minutes.
      statement.execute("set session_replication_role = replica");
      clone(superuser, "case_file", Map.of("case_id", "f.c", "reference", "f.c::text"));
      clone(superuser, "proposal", Map.of("proposal_id", "f.p", "case_id", "f.c"));
      clone(
          superuser,
          "approval_request",
          Map.of("approval_id", "f.a", "proposal_id", "f.p", "barred", "one.barred" + names));
      clone(
          superuser,
          "approval_waiting",
          Map.of(
              "approval_id",
              "f.a",
              "kept_from",
              "one.kept_from" + names,
              "kept_set",
              set("one.kept_from" + names)));
      statement.execute("reset session_replication_role");
      statement.execute("vacuum analyze");
    }
  }

  /// Somebody's word about so many of the newest, each of which waits for another's.
  private static void vote(Connection superuser, Principal reader, int newest) throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute("set session_replication_role = replica");
      statement.execute(
          """
          insert into workflow.approval_decision (tenant_id, decision_id, approval_id, approver, approver_name, roles,
            decision, reason, action_digest, approval_digest, decided_at)
          select tenant_id, uuidv7(), approval_id, '%1$s', '%2$s', array['reviewer'], 'approve', '', approval_digest,
            approval_digest, now()
          from workflow.approval_request order by approval_id desc limit %3$d\
          """
              .formatted(reader.actor(), reader.name(), newest));
      statement.execute(
          """
          update workflow.approval_waiting set kept_from = kept_from || '%1$s'::text, kept_set = %2$s
          where approval_id in (select approval_id from workflow.approval_decision where approver = '%1$s')\
          """
              .formatted(reader.actor(), set("kept_from || '%s'::text".formatted(reader.actor()))));
      statement.execute("reset session_replication_role");
      statement.execute("vacuum full analyze workflow.approval_waiting");
      statement.execute("vacuum analyze workflow.approval_decision");
    }
  }

  private static String set(String keptFrom) {
    return "md5((" + keptFrom + ")::text)::uuid";
  }

  private static void clone(Connection superuser, String table, Map<String, String> fresh)
      throws SQLException {
    var columns = new ArrayList<String>();
    var values = new ArrayList<String>();
    try (var statement = superuser.createStatement();
        var row = statement.executeQuery("select * from workflow.%s limit 0".formatted(table))) {
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        var column = row.getMetaData().getColumnName(i);
        columns.add(column);
        values.add(fresh.getOrDefault(column, "one." + column));
      }
    }
    try (var statement = superuser.createStatement()) {
      statement.execute(
          "insert into workflow.%1$s (%2$s) select %3$s from (select * from workflow.%1$s limit 1) one, public.fresh f"
              .formatted(table, String.join(", ", columns), String.join(", ", values)));
    }
  }
}
