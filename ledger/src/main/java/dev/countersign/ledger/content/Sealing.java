package dev.countersign.ledger.content;

import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Salt;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;

/// The one way from plain content to stored bytes and back: whatever is done to content on its way
/// into the database, compressing and sealing, is done here and nowhere else.
///
/// Stored bytes are a version, a random nonce, and salt and [PackedText] under [ContentKey]. Bound
/// to them, though not all among them, are version, tenant, entry and day: put into another row
/// they do not open. A later format has another version; what is stored keeps its own.
///
/// Safe for use by many threads.
public final class Sealing {
  /// Salt, then the text as [PackedText] has it.
  private static final byte VERSION = 1;

  private static final int HEADER = 1;

  /// Nonces drawn at once: the generator is shared, and its lock costs more than the bytes.
  private static final int DRAWN = 64;

  /// Idle workers kept: as many as threads seal at the same moment, and a few kilobytes each.
  private static final int MOST_IDLE = 64;

  private final ContentKeys keys;
  private final SecureRandom random;
  private final ArrayBlockingQueue<Worker> idle = new ArrayBlockingQueue<>(MOST_IDLE);

  Sealing(ContentKeys keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  /// Whose content it is.
  public record Place(TenantId tenant, UUID entry, ContentDay day) {
    private byte[] bound() {
      return ByteBuffer.allocate(1 + 5 * Long.BYTES)
          .put(VERSION)
          .putLong(tenant.value().getMostSignificantBits())
          .putLong(tenant.value().getLeastSignificantBits())
          .putLong(entry.getMostSignificantBits())
          .putLong(entry.getLeastSignificantBits())
          .putLong(day.number())
          .array();
    }
  }

  /// What was sealed. Immutable as long as nobody writes into its bytes.
  public static final class Content {
    private final Salt salt;
    private final byte[] text;

    private Content(Salt salt, byte[] text) {
      this.salt = salt;
      this.text = text;
    }

    public Salt salt() {
      return salt;
    }

    public byte[] text() {
      return text;
    }
  }

  /// Bytes as they are stored, and where. Immutable as long as nobody writes into its bytes.
  public static final class Sealed {
    private final Place place;
    private final byte[] bytes;

    public Sealed(Place place, byte[] bytes) {
      this.place = place;
      this.bytes = bytes;
    }

    public Place place() {
      return place;
    }

    public byte[] bytes() {
      return bytes;
    }
  }

  /// Whether sealing for this tenant and day reads no file and asks no database.
  public boolean isReady(TenantId tenant, ContentDay day) {
    return keys.holds(day, tenant);
  }

  /// Throws [ContentKeyFailure] if the day's secret is missing.
  public byte[] seal(Place place, Salt salt, byte[] text) {
    var key = keys.key(place.day(), place.tenant());
    var worker = worker();
    try {
      return worker.seal(key, place, plain(salt, text));
    } finally {
      idle.offer(worker);
    }
  }

  private static byte[] plain(Salt salt, byte[] text) {
    var packed = PackedText.pack(text);
    var plain = Arrays.copyOf(salt.bytes(), Salt.LENGTH + packed.length);
    System.arraycopy(packed, 0, plain, Salt.LENGTH, packed.length);
    return plain;
  }

  private static Optional<Content> content(byte[] plain) {
    return PackedText.unpack(plain, Salt.LENGTH)
        .map(text -> new Content(Salt.of(Arrays.copyOf(plain, Salt.LENGTH)), text));
  }

  /// What came of opening.
  public sealed interface Opened {
    record Clear(Content content) implements Opened {}

    /// The day is over and its secret destroyed.
    record Expired() implements Opened {}

    /// The bytes were altered, or sealed for something else.
    record Altered() implements Opened {}
  }

  /// Throws [ContentKeyFailure] if the day's secret is missing although the day is not over.
  public Opened open(Place place, byte[] sealed) {
    if (sealed.length < HEADER + ContentKey.NONCE + Salt.LENGTH + ContentKey.TAG
        || sealed[0] != VERSION) {
      return new Opened.Altered();
    }
    var key = keys.find(place.day(), place.tenant());
    if (key.isEmpty()) {
      return new Opened.Expired();
    }
    var worker = worker();
    try {
      return worker
          .open(key.get(), place, sealed)
          .flatMap(Sealing::content)
          .<Opened>map(Opened.Clear::new)
          .orElseGet(Opened.Altered::new);
    } finally {
      idle.offer(worker);
    }
  }

  /// The content, where it must be there; throws IllegalStateException for what was altered, and is
  /// empty for what expired.
  public Optional<Content> read(Place place, byte[] sealed) {
    return switch (open(place, sealed)) {
      case Opened.Clear(var content) -> Optional.of(content);
      case Opened.Expired() -> Optional.empty();
      case Opened.Altered() ->
          throw new IllegalStateException(
              "the content of entry `" + place.entry() + "` was altered in the database");
    };
  }

  private Worker worker() {
    var free = idle.poll();
    return free == null ? new Worker(random) : free;
  }

  /// Ciphers and nonces of whoever seals at the moment: making them costs more than a message, and
  /// a cipher is for one thread at a time.
  private static final class Worker {
    private final SecureRandom random;
    private final ContentKey.Sealer sealer = new ContentKey.Sealer();
    private final byte[] nonces = new byte[DRAWN * ContentKey.NONCE];
    private int next = nonces.length;

    Worker(SecureRandom random) {
      this.random = random;
    }

    byte[] seal(ContentKey key, Place place, byte[] plain) {
      var sealed = new byte[HEADER + ContentKey.NONCE + plain.length + ContentKey.TAG];
      sealed[0] = VERSION;
      if (next == nonces.length) {
        random.nextBytes(nonces);
        next = 0;
      }
      System.arraycopy(nonces, next, sealed, HEADER, ContentKey.NONCE);
      next += ContentKey.NONCE;
      sealer.seal(key, place.bound(), plain, sealed, HEADER);
      return sealed;
    }

    Optional<byte[]> open(ContentKey key, Place place, byte[] sealed) {
      return sealer.open(key, place.bound(), sealed, HEADER);
    }
  }
}
