package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Opened;
import dev.countersign.ledger.content.Sealing.Place;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/// How the content of an entry stands in its row: salt and text sealed, and beside them the place
/// in the tenant's chain, which is part of the canonical text and no secret.
///
/// So what is sealed is known before the log's lock is taken, and is sealed by whoever decided, not
/// by the one thread for which everybody waits.
final class EntryContent {
  /// What has to be selected besides the column `sealed`.
  static final String PLACE = "id, expires_on::text as expires, tenant_seq, previous";

  private EntryContent() {}

  /// @param canonical the bytes that were hashed
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, compared nowhere
  record Clear(Salt salt, byte[] canonical) {
    String text() {
      return new String(canonical, StandardCharsets.UTF_8);
    }
  }

  /// The content of the current row; empty if it is gone, or if the secret of its day is. Throws
  /// IllegalStateException for what was altered in the database.
  static Optional<Clear> read(Sealing sealing, TenantId tenant, ResultSet row) throws SQLException {
    var sealed = row.getBytes("sealed");
    if (sealed == null) {
      return Optional.empty();
    }
    var content = sealing.read(place(tenant, row), sealed);
    return content.isEmpty() ? Optional.empty() : Optional.of(placed(content.get(), row));
  }

  /// What comes of opening the current row, whose content is there.
  static Opened open(Sealing sealing, TenantId tenant, ResultSet row) throws SQLException {
    return sealing.open(place(tenant, row), row.getBytes("sealed"));
  }

  /// Puts what was sealed at its place in the chain.
  static Clear placed(Sealing.Content content, ResultSet row) throws SQLException {
    return new Clear(
        content.salt(),
        Entry.Unplaced.unpacked(content.text())
            .at(row.getLong("tenant_seq"), Digest.of(row.getBytes("previous"))));
  }

  private static Place place(TenantId tenant, ResultSet row) throws SQLException {
    return new Place(
        tenant, row.getObject("id", UUID.class), ContentDay.of(row.getString("expires")));
  }
}
