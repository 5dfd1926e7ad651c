package dev.countersign.trust.predict;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;

/// A model as it is stored: its manifest and its trees' bytes. Immutable.
///
/// The manifest names the digest of the trees, so that its own digest, the one in the registry and
/// the ledger, covers both.
public final class ModelFile {
  private final byte[] manifest;
  private final byte[] trees;

  /// Takes what was stored; nothing is believed before [Model#open] has checked it.
  public ModelFile(byte[] manifest, byte[] trees) {
    this.manifest = manifest.clone();
    this.trees = trees.clone();
  }

  static ModelFile of(Manifest manifest, byte[] trees) {
    return new ModelFile(CanonicalJson.bytes(manifest.toJson()), trees);
  }

  /// SHA-256 of the manifest's bytes.
  public Digest digest() {
    return Digest.sha256(manifest);
  }

  public byte[] manifest() {
    return manifest.clone();
  }

  public byte[] trees() {
    return trees.clone();
  }
}
