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
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// How long the first page of an inbox takes while a million requests wait in it, beside the same
/// inbox with a hundred.
///
/// The requests are copies of one that was made by the product, each with ids of its own; so many
/// are not made one by one in a benchmark's time.
public final class LongInbox {
  private static final int FEW = 100;
  private static final int CONNECTIONS = 8;
  private static final int WARM = 300;
  private static final int READ = 2_000;

  private LongInbox() {}

  /// @param args how many wait
  public static void main(String[] args) throws IOException, SQLException {
    int many = Integer.parseInt(args[0]);
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
        copy(superuser, FEW - 1);
        measure(room, staff.reviewer(), FEW, "a reviewer");
        copy(superuser, many - FEW);
        measure(room, staff.reviewer(), many, "a reviewer");
        var both =
            new Principal(
                staff.agent().tenant(),
                Principal.Kind.API_KEY,
                "ck_both",
                "both",
                new TreeSet<>(java.util.List.of("reviewer", "approver:pharmacist", "operator")),
                Principal.DEFAULT_SITE,
                staff.agent().credentialsGeneration());
        measure(room, both, many, "somebody with three roles");
      }
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private static void measure(WorkRoom room, Principal reader, int waiting, String who) {
    var page = new Page(Page.DEFAULT_LIMIT, Optional.empty());
    long[] nanos = new long[READ];
    for (int i = -WARM; i < READ; i++) {
      long start = System.nanoTime();
      var answer = room.inbox.inbox(reader, page);
      long took = System.nanoTime() - start;
      if (answer.items("approvals").size() != Page.DEFAULT_LIMIT) {
        throw new IllegalStateException("the page is not full");
      }
      if (i >= 0) {
        nanos[i] = took;
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%,9d wait, first page of %d for %-25s p50 %6.2f ms, p99 %6.2f ms, longest %6.2f ms%n",
        waiting,
        Page.DEFAULT_LIMIT,
        who + ":",
        nanos[READ / 2] / 1e6,
        nanos[(int) (READ * 0.99)] / 1e6,
        nanos[READ - 1] / 1e6);
  }

  /// So many more of the newest request, with a case and a proposal of their own.
  private static void copy(Connection superuser, int more) throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute("drop table if exists public.fresh");
      statement.execute(
          "create table public.fresh as select uuidv7() as a, uuidv7() as p, uuidv7() as c from generate_series(1, "
              + more
              + ")");
      clone(superuser, "case_file", Map.of("case_id", "f.c", "reference", "f.c::text"));
      clone(superuser, "proposal", Map.of("proposal_id", "f.p", "case_id", "f.c"));
      clone(superuser, "approval_request", Map.of("approval_id", "f.a", "proposal_id", "f.p"));
      clone(superuser, "approval_waiting", Map.of("approval_id", "f.a"));
      statement.execute("vacuum analyze");
    }
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
