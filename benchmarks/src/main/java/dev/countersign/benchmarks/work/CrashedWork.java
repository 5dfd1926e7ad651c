package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Refusal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// The process that is killed: clients that move cases, and a timer that takes over what the
/// process before it left behind. Each client writes a line once it has its answer: `approved` or
/// `executed` with the proposal.
final class CrashedWork {
  private static final int CONNECTIONS = 12;
  private static final int ROUND_MILLIS = 100;

  /// One decision in so many rejects.
  private static final int REJECTED = 10;

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private final WorkRoom room;
  private final AtomicLong left;

  private CrashedWork(WorkRoom room, long answers) {
    this.room = room;
    this.left = new AtomicLong(answers);
  }

  /// @param args as `Killing` gives them
  public static void main(String[] args) throws InterruptedException, SQLException {
    var place = new Place(Path.of(args[0]), args[1]);
    long seed = Long.parseLong(args[3]);
    var room = new WorkRoom(place, CONNECTIONS);
    var work = new CrashedWork(room, args.length > 4 ? Long.parseLong(args[4]) : Long.MAX_VALUE);
    Thread.ofPlatform().daemon().start(work::workOff);
    var clients = new Thread[Integer.parseInt(args[2])];
    for (int i = 0; i < clients.length; i++) {
      var random = new Random(seed + i);
      var staff = room.staff(Place.TENANTS.get(i % Place.TENANTS.size()));
      clients[i] = Thread.ofPlatform().start(() -> work.move(staff, random));
    }
    for (var client : clients) {
      client.join();
    }
    room.close();
  }

  private void workOff() {
    while (true) {
      try {
        room.due.round();
        Thread.sleep(ROUND_MILLIS);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException later) {
        System.err.println("refused: " + later);
      }
    }
  }

  /// Opens a case, moves it there and back again.
  private void move(WorkRoom.Staff staff, Random random) {
    while (left.get() > 0) {
      try {
        var caseId = room.openCase(staff);
        if (moved(staff, random, caseId, 1, "go")) {
          moved(staff, random, caseId, 2, "return");
        }
      } catch (Refusal.Conflict | IllegalStateException refused) {
        // An answer, but none that promises anything.
        System.err.println("refused: " + refused);
      }
    }
  }

  private boolean moved(
      WorkRoom.Staff staff, Random random, UUID caseId, long version, String type) {
    var proposed = room.propose(staff, caseId, version, type);
    var proposal = proposed.text("proposal_id").orElseThrow();
    boolean rejected = random.nextInt(REJECTED) == 0;
    var decided = room.decide(staff, proposed, rejected ? "reject" : "approve");
    var state = decided.text("proposal_state").orElseThrow();
    tell(state + " " + proposal);
    left.decrementAndGet();
    if (!state.equals("executed")) {
      return false;
    }
    room.succeed(staff, decided);
    tell("observed " + proposal);
    return true;
  }

  private static void tell(String line) {
    try {
      OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
