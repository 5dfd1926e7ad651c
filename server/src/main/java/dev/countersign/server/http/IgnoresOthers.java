package dev.countersign.server.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Routes of a standard that has receivers ignore what they do not know. Everywhere else a
/// parameter that is none is refused.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface IgnoresOthers {}
