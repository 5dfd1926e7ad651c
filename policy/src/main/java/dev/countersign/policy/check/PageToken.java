package dev.countersign.policy.check;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Entity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Where a search goes on: behind which candidate, for which question.
///
/// It is a place, not a permission: a token that somebody made up shows nothing that he could not
/// see by asking from the start, because the tenant is the caller's own and each candidate is
/// evaluated anew. So it needs no signature; the question's digest keeps it with its question.
///
/// @param limit of each page of the search
/// @param after the id or name of the last candidate
record PageToken(int limit, String after) {
  private static final byte VERSION = 1;
  private static final int DIGEST = 16;
  private static final int HEAD = 1 + Short.BYTES + DIGEST;

  /// In base64, of the longest id in UTF-8.
  static final int LONGEST = (HEAD + 3 * Entity.LONGEST_ID) * 4 / 3 + 4;

  String text(JsonObject question) {
    var place = after.getBytes(StandardCharsets.UTF_8);
    var bytes =
        ByteBuffer.allocate(HEAD + place.length)
            .put(VERSION)
            .putShort((short) limit)
            .put(digest(question))
            .put(place);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /// Reads a token of ours for this question; throws [Refusal.Invalid] for any other.
  static PageToken read(String text, JsonObject question) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() < HEAD || bytes.get() != VERSION) {
        throw wrong("is not a token of this server");
      }
      int limit = bytes.getShort();
      var digest = new byte[DIGEST];
      bytes.get(digest);
      if (!Arrays.equals(digest, digest(question))) {
        throw wrong("belongs to another question; only the token may change from page to page");
      }
      var after = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (limit < 0 || limit > SearchRequest.LARGEST_PAGE || after.indexOf('\0') >= 0) {
        throw wrong("is not a token of this server");
      }
      return new PageToken(limit, after);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw wrong("is not a token of this server");
    }
  }

  private static byte[] digest(JsonObject question) {
    return Arrays.copyOf(Digest.ofCanonical(question).bytes(), DIGEST);
  }

  private static Refusal.Invalid wrong(String message) {
    return new Refusal.Invalid("/page/token", "wrong_value", message);
  }
}
