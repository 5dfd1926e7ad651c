/// Says to others, so that they can check it offline, where a trust scope stands.
///
/// Start at [Certificate]: a statement that expires, signed by the log's keys as a C2SP signed
/// note, with the checkpoint that covers the entries on which it rests. [CertificateVerdict] is
/// what a verifier finds.
///
/// What always holds, each a test in `CertificateTest`:
///
/// - Whatever is changed in a certificate is found.
/// - No checkpoint passes for a certificate, and no certificate for a checkpoint: the first line
///   says what is signed.
/// - What a demo tenant earned says so.
/// - The evidence that it states is of the stage that it states.
/// - After it has expired it is refused, whatever else holds.
///
/// Nothing here knows of storage; `docs/trust.md` describes the format.
@NullMarked
package dev.countersign.trust.certificate;

import org.jspecify.annotations.NullMarked;
