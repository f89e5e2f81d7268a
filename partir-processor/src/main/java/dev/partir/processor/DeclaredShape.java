package dev.partir.processor;

import dev.partir.dsl.NamedShape;

/**
 * A shape that a {@code @Dims} declares.
 *
 * @param dims the annotation
 * @param shape what it means with the model's sizes
 */
record DeclaredShape(AnnotationView dims, NamedShape shape) {}
