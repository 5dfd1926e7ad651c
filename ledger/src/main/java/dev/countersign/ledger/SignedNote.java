package dev.countersign.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A text and the signatures under it (C2SP signed-note). Immutable.
///
/// The text MUST be ignored until [#verify] says that a key one trusts has signed it.
///
/// @param text ends in a newline
/// @param signatures at least one
public record SignedNote(String text, List<NoteSignature> signatures) {

  /// In characters: far over any checkpoint with the cosignatures it may carry.
  public static final int LONGEST = 1_000_000;

  /// As in Go's note package; the specification wants at least 16.
  public static final int MOST_SIGNATURES = 100;

  static final String SIGNATURE = "— ";

  public SignedNote {
    signatures = List.copyOf(signatures);
    if (!text.endsWith("\n")
        || text.length() > LONGEST
        || !text.chars().allMatch(SignedNote::plain)) {
      throw new MalformedLedgerData("a note's text is lines without control characters");
    }
    try {
      EntryWriter.wellFormed(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedLedgerData("a note's text is not unicode", e);
    }
    if (signatures.isEmpty() || signatures.size() > MOST_SIGNATURES) {
      throw new MalformedLedgerData(
          "a note has 1 to " + MOST_SIGNATURES + " signatures, not " + signatures.size());
    }
  }

  /// Reads a note; throws [MalformedLedgerData].
  public static SignedNote parse(byte[] utf8) {
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new MalformedLedgerData("a note is not UTF-8", e);
    }
  }

  /// Reads a note; throws [MalformedLedgerData].
  public static SignedNote parse(String note) {
    int blank = note.length() > LONGEST ? -1 : note.lastIndexOf("\n\n");
    if (blank < 0 || !note.endsWith("\n")) {
      throw new MalformedLedgerData("a note is a text, a blank line and signatures");
    }
    var signatures = new ArrayList<NoteSignature>();
    for (var line : note.substring(blank + 2).split("\n", MOST_SIGNATURES + 2)) {
      if (!line.isEmpty()) {
        signatures.add(signature(line));
      }
    }
    var parsed = new SignedNote(note.substring(0, blank + 1), signatures);
    if (!parsed.toString().equals(note)) {
      throw new MalformedLedgerData("a note's signatures are one line each");
    }
    return parsed;
  }

  static NoteSignature signature(String line) {
    int space = line.indexOf(' ', SIGNATURE.length());
    if (!line.startsWith(SIGNATURE) || space < 0) {
      throw new MalformedLedgerData("a signature is a dash, a name and base 64");
    }
    return new NoteSignature(line.substring(SIGNATURE.length(), space), line.substring(space + 1));
  }

  /// Signs a text with at least one key.
  public static SignedNote sign(String text, List<SigningKey> keys) {
    return new SignedNote(text, keys.stream().map(key -> key.sign(text)).toList());
  }

  /// Whether a signature says that it is of this key; it is not verified here.
  public boolean names(VerifierKey key) {
    return signatures.stream().anyMatch(each -> each.identity().equals(key.identity()));
  }

  /// The same note with more signatures under it, which are not verified here.
  public SignedNote with(List<NoteSignature> more) {
    var all = new ArrayList<>(signatures);
    all.addAll(more);
    return new SignedNote(text, all);
  }

  /// The same note with signatures that were verified, each in the place of an older one of the
  /// same key.
  public SignedNote renewed(List<NoteVerdict.Signed> verified) {
    var fresh = verified.stream().map(NoteVerdict.Signed::signature).toList();
    var all = new ArrayList<NoteSignature>();
    for (var signature : signatures) {
      if (fresh.stream().noneMatch(newer -> newer.identity().equals(signature.identity()))) {
        all.add(signature);
      }
    }
    all.addAll(fresh);
    return new SignedNote(text, all);
  }

  /// The same note with the signatures of one name alone.
  public SignedNote by(String name) {
    return new SignedNote(
        text, signatures.stream().filter(signature -> signature.name().equals(name)).toList());
  }

  /// Whether keys one knows have signed the text.
  ///
  /// Signatures of others are ignored, even under the name or the id of a known key; one of a known
  /// key that does not verify refuses the whole note.
  public NoteVerdict verify(Collection<VerifierKey> known) {
    var verified = new ArrayList<NoteVerdict.Signed>();
    for (var signature : signatures) {
      for (var key : known) {
        if (!key.identity().equals(signature.identity())) {
          continue;
        }
        if (!signature.madeBy(key, text)) {
          return new NoteVerdict.Forged(key);
        }
        verified.add(new NoteVerdict.Signed(key, signature));
      }
    }
    return verified.isEmpty()
        ? new NoteVerdict.NoKnownSigner()
        : new NoteVerdict.Verified(verified);
  }

  private static boolean plain(int c) {
    return c >= 0x20 || c == '\n';
  }

  /// The note as it is written and served.
  @Override
  public String toString() {
    var out = new StringBuilder(text).append('\n');
    signatures.forEach(signature -> out.append(signature.line()));
    return out.toString();
  }
}
