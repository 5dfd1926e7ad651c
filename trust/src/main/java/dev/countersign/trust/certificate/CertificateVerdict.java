package dev.countersign.trust.certificate;

import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a verifier finds in a certificate, with nothing but keys that he has from elsewhere.
public sealed interface CertificateVerdict {

  /// Clocks of two machines differ by so much without anybody's fault.
  Duration CLOCKS_APART = Duration.ofMinutes(5);

  /// It is what the log's keys signed, it is in force, and so is the checkpoint in it.
  ///
  /// @param origin of the log
  /// @param size how many entries the checkpoint covers
  /// @param witnesses known ones who cosigned the checkpoint
  record Valid(Certificate certificate, String origin, long size, SortedSet<String> witnesses)
      implements CertificateVerdict {
    public Valid {
      witnesses = Collections.unmodifiableSortedSet(new TreeSet<>(witnesses));
    }
  }

  /// The first thing that is wrong, in the order of [#of].
  record Refused(Fault fault, String message) implements CertificateVerdict {}

  /// Why a certificate is refused.
  enum Fault {
    /// It is not in the format at all, or of another kind.
    MALFORMED("malformed"),
    /// No given key has signed it, or one that seems to has not.
    BAD_SIGNATURE("bad signature"),
    /// The checkpoint in it is not one that the keys stand for, or that too few witnesses cosigned.
    BAD_CHECKPOINT("bad checkpoint"),
    /// The checkpoint in it is of another log than the key that signed.
    WRONG_ORIGIN("wrong origin"),
    /// It says that it was issued later than now.
    NOT_YET("not yet valid"),
    EXPIRED("expired");

    private final String words;

    Fault(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }

  /// Verifies a file: its form as a note, the signatures over its text, the form of the text, the
  /// checkpoint, its origin, the time. Nothing that the text says is looked at before a key has
  /// signed it.
  static CertificateVerdict of(byte[] file, TrustedKeys keys, Instant now) {
    SignedNote note;
    try {
      note = SignedNote.parse(file);
    } catch (MalformedLedgerData e) {
      return refused(Fault.MALFORMED, e);
    }
    return switch (note.verify(keys.log())) {
      case NoteVerdict.Forged(var claimed) ->
          new Refused(
              Fault.BAD_SIGNATURE,
              "the signature of `" + claimed.name() + "` is not over this certificate");
      case NoteVerdict.NoKnownSigner() ->
          new Refused(Fault.BAD_SIGNATURE, "no given key has signed");
      case NoteVerdict.Verified verified -> signed(note, verified, keys, now);
    };
  }

  private static CertificateVerdict signed(
      SignedNote note, NoteVerdict.Verified verified, TrustedKeys keys, Instant now) {
    Certificate certificate;
    try {
      certificate = Certificate.parse(note.text());
    } catch (MalformedLedgerData e) {
      return refused(Fault.MALFORMED, e);
    }
    return switch (keys.check(certificate.checkpoint())) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          new Refused(Fault.BAD_CHECKPOINT, flaw.words() + ": " + message);
      case CheckpointVerdict.Accepted(var checkpoint, var witnesses) -> {
        boolean same =
            verified.signatures().stream()
                .anyMatch(signature -> signature.key().name().equals(checkpoint.origin()));
        yield same
            ? timed(new Valid(certificate, checkpoint.origin(), checkpoint.size(), witnesses), now)
            : new Refused(
                Fault.WRONG_ORIGIN,
                "the checkpoint is of `" + checkpoint.origin() + "`, whose key has not signed");
      }
    };
  }

  private static CertificateVerdict timed(Valid valid, Instant now) {
    var certificate = valid.certificate();
    if (certificate.issuedAt().isAfter(now.plus(CLOCKS_APART))) {
      return new Refused(
          Fault.NOT_YET, "it was issued at " + certificate.issuedAt() + ", which is not yet");
    }
    return now.isBefore(certificate.expiresAt())
        ? valid
        : new Refused(Fault.EXPIRED, "it was in force until " + certificate.expiresAt());
  }

  private static Refused refused(Fault fault, MalformedLedgerData why) {
    return new Refused(fault, String.valueOf(why.getMessage()));
  }
}
