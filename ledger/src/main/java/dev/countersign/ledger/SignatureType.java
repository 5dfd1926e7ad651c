package dev.countersign.ledger;

import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;

/// What a key signs, and by which algorithm (C2SP signed-note, signature types).
public enum SignatureType {
  /// The text of a note.
  ED25519(1, "Ed25519", 32, "302a300506032b6570032100"),

  /// A checkpoint together with the time at which a witness saw it (C2SP tlog-cosignature, v1).
  COSIGNATURE_V1(4, "Ed25519", 32, "302a300506032b6570032100"),

  /// The same by an algorithm that a quantum computer does not break (C2SP tlog-cosignature).
  COSIGNATURE_ML_DSA_44(6, "ML-DSA-44", 1312, "30820532300b06096086480165030403110382052100");

  private final byte identifier;
  private final String algorithm;
  private final int publicKeyLength;
  private final String x509;

  /// @param x509 what stands before the bytes of a public key in its X.509 form (RFC 8410 section
  ///   4, RFC 9881 section 4)
  SignatureType(int identifier, String algorithm, int publicKeyLength, String x509) {
    this.identifier = (byte) identifier;
    this.algorithm = algorithm;
    this.publicKeyLength = publicKeyLength;
    this.x509 = x509;
  }

  /// Whether it is by a witness over a checkpoint and a time.
  public boolean cosigns() {
    return this != ED25519;
  }

  byte identifier() {
    return identifier;
  }

  /// As the JDK calls it.
  String algorithm() {
    return algorithm;
  }

  NamedParameterSpec parameters() {
    return new NamedParameterSpec(algorithm);
  }

  int publicKeyLength() {
    return publicKeyLength;
  }

  byte[] x509() {
    return HexFormat.of().parseHex(x509);
  }
}
