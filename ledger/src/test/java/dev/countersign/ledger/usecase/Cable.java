package dev.countersign.ledger.usecase;

import dev.countersign.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What is between a node and its database: it can be cut, without either end hearing of it.
final class Cable implements AutoCloseable {

  private enum State {
    WHOLE,
    /// Whatever comes is lost, in both directions, the end of a connection, too.
    CUT,
    /// What the node says arrives, and nobody takes what the database answers.
    DEAF
  }

  /// Small, so that a database which answers at length waits for us.
  private static final int SMALL_BUFFER = 8 * 1024;

  private final TestDatabase database;
  private final ServerSocket entrance;
  private final List<Socket> ends = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile State state = State.WHOLE;

  Cable(TestDatabase database) {
    this.database = database;
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().start(this::connect);
  }

  /// The database at the other end of this cable.
  TestDatabase throughIt() {
    return new TestDatabase(
        entrance.getInetAddress().getHostAddress(),
        entrance.getLocalPort(),
        database.name(),
        database.superuser(),
        database.superuserPassword());
  }

  void cut() {
    become(State.CUT);
  }

  void deafen() {
    become(State.DEAF);
  }

  /// New connections pass; of those that were open while it was cut nothing was delivered, so they
  /// are of no use.
  void repair() {
    boolean lost = state == State.CUT;
    become(State.WHOLE);
    if (lost) {
      ends.forEach(Cable::end);
    }
  }

  private void become(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitWhole() throws InterruptedException {
    lock.lock();
    try {
      while (state != State.WHOLE) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void connect() {
    while (!entrance.isClosed()) {
      try {
        var node = entrance.accept();
        var far = new Socket();
        far.setReceiveBufferSize(SMALL_BUFFER);
        far.connect(new InetSocketAddress(database.host(), database.port()));
        far.setTcpNoDelay(true);
        node.setTcpNoDelay(true);
        ends.add(node);
        ends.add(far);
        Thread.ofPlatform().daemon().start(() -> carry(node, far, false));
        Thread.ofPlatform().daemon().start(() -> carry(far, node, true));
      } catch (IOException e) {
        // Closed, or the database is gone: nobody is connected.
      }
    }
  }

  private void carry(Socket from, Socket to, boolean answers) {
    var buffer = new byte[SMALL_BUFFER];
    try {
      while (true) {
        if (answers && state == State.DEAF) {
          awaitWhole();
        }
        int count = from.getInputStream().read(buffer);
        if (state == State.CUT) {
          if (count < 0) {
            awaitWhole();
            break;
          }
          continue;
        }
        if (count < 0) {
          break;
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One end is gone, so the other one goes.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(from);
    end(to);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    become(State.WHOLE);
    ends.forEach(Cable::end);
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
