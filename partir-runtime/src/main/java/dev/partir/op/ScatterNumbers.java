package dev.partir.op;

import dev.partir.array.ScatterPlaces;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the dimensions of the arrays of a scatter are to each other (StableHLO specification,
 * "scatter").
 */
final class ScatterNumbers {
  private static final String NUMBERS = "scatter_dimension_numbers";
  private static final String UPDATE_WINDOW = "update_window_dims";
  private static final String INSERTED = "inserted_window_dims";
  private static final String INPUT_BATCHING = "input_batching_dims";
  private static final String INDICES_BATCHING = "scatter_indices_batching_dims";
  private static final String INDEXED = "scatter_dims_to_operand_dims";
  private static final String INDEX_VECTOR = "index_vector_dim";

  /** The dimensions of the updates that are windows, ascending. */
  private final int[] updateWindow;

  /** The dimensions of the input in which a window has size 1 and no dimension. */
  private final int[] inserted;

  /** The dimensions of the input that are paired with those of the indices. */
  private final int[] inputBatching;

  private final int[] indicesBatching;

  /** The dimensions of the input that the numbers of an index vector are places in. */
  private final int[] indexed;

  /** The dimension of the indices that holds an index vector; their rank where it is one number. */
  private final int indexVector;

  private ScatterNumbers(Attributes fields) {
    updateWindow = fields.dims(UPDATE_WINDOW);
    inserted = fields.dims(INSERTED);
    inputBatching = fields.dims(INPUT_BATCHING);
    indicesBatching = fields.dims(INDICES_BATCHING);
    indexed = fields.dims(INDEXED);
    indexVector = IntegerAttributes.dim(fields, INDEX_VECTOR);
  }

  static ScatterNumbers of(Operation operation) {
    return new ScatterNumbers(
        operation.attributes().get(NUMBERS) instanceof Attribute.Struct struct
            ? struct.fields()
            : Attributes.EMPTY);
  }

  /** Checks the numbers against the types; returns null when they are wrong. */
  static @Nullable ScatterNumbers verified(
      Operation operation,
      OpChecker check,
      TensorType input,
      TensorType indices,
      TensorType updates) {
    check.constraint("I4-I9");
    Attributes fields =
        IntegerAttributes.struct(
            check, operation.attributes(), NUMBERS, "stablehlo.scatter", INDEX_VECTOR);
    if (fields == null) {
      return null;
    }
    ScatterNumbers numbers = new ScatterNumbers(fields);
    return numbers.checkDimensions(check, input, indices, updates)
            && numbers.checkSizes(check, input, indices, updates)
        ? numbers
        : null;
  }

  private boolean checkDimensions(
      OpChecker check, TensorType input, TensorType indices, TensorType updates) {
    return check
            .constraint("C22")
            .require(
                indexVector >= 0 && indexVector <= indices.rank(),
                () ->
                    INDEX_VECTOR + " is " + indexVector + " for indices of rank " + indices.rank(),
                "It must be from 0 to " + indices.rank())
        && ShapeOps.dimensions(
            check.constraint("C7, C8"), UPDATE_WINDOW, updateWindow, updates.rank())
        && IntegerAttributes.sorted(check.constraint("C7"), UPDATE_WINDOW, updateWindow)
        && ShapeOps.dimensions(check.constraint("C9, C11"), INSERTED, inserted, input.rank())
        && IntegerAttributes.sorted(check.constraint("C10"), INSERTED, inserted)
        && ShapeOps.dimensions(
            check.constraint("C9, C13"), INPUT_BATCHING, inputBatching, input.rank())
        && IntegerAttributes.sorted(check.constraint("C12"), INPUT_BATCHING, inputBatching)
        && ShapeOps.apart(check.constraint("C9"), INSERTED, inserted, INPUT_BATCHING, inputBatching)
        && ShapeOps.dimensions(
            check.constraint("C14, C15"), INDICES_BATCHING, indicesBatching, indices.rank())
        && ShapeOps.apart(
            check.constraint("C16"),
            INDEX_VECTOR,
            new int[] {indexVector},
            INDICES_BATCHING,
            indicesBatching)
        && ShapeOps.dimensions(check.constraint("C20, C21"), INDEXED, indexed, input.rank())
        && ShapeOps.apart(check.constraint("C20"), INDEXED, indexed, INPUT_BATCHING, inputBatching);
  }

  private boolean checkSizes(
      OpChecker check, TensorType input, TensorType indices, TensorType updates) {
    if (!ShapeOps.paired(
        check,
        "C17",
        "C18",
        new ShapeOps.Dims(INPUT_BATCHING, inputBatching, input),
        new ShapeOps.Dims(INDICES_BATCHING, indicesBatching, indices))) {
      return false;
    }
    long vector = indexVector < indices.rank() ? indices.dim(indexVector) : 1;
    if (!check
            .constraint("C19")
            .require(
                TensorType.compatible(vector, indexed.length),
                () ->
                    "an index vector has "
                        + vector
                        + " numbers for "
                        + indexed.length
                        + " "
                        + INDEXED,
                "They must be as many")
        || !check
            .constraint("C2")
            .require(
                input.rank() == updateWindow.length + inserted.length + inputBatching.length,
                () ->
                    "its array has rank "
                        + input.rank()
                        + " for "
                        + updateWindow.length
                        + " window, "
                        + inserted.length
                        + " inserted and "
                        + inputBatching.length
                        + " batching dimensions",
                "Each dimension of the array must be one of them")) {
      return false;
    }
    check.constraint("C4");
    int[] batch = indexBatch(indices.rank());
    if (!check.require(
        updates.rank() == batch.length + updateWindow.length,
        () ->
            "its updates "
                + updates
                + " have not "
                + batch.length
                + " dimensions of the indices and "
                + updateWindow.length
                + " of windows",
        "Give them rank " + (batch.length + updateWindow.length))) {
      return false;
    }
    int[] updateBatch = updateBatch(updates.rank());
    for (int b = 0; b < batch.length; b++) {
      int at = b;
      check.require(
          TensorType.compatible(updates.dim(updateBatch[b]), indices.dim(batch[b])),
          () ->
              "dimension "
                  + updateBatch[at]
                  + " of the updates "
                  + updates
                  + " and dimension "
                  + batch[at]
                  + " of the indices "
                  + indices
                  + " differ",
          "There is one update per index");
    }
    int[] window = window(input.rank());
    for (int w = 0; w < window.length; w++) {
      int at = w;
      long size = updates.dim(updateWindow[w]);
      long limit = input.dim(window[w]);
      check.require(
          size <= limit || limit == TensorType.DYNAMIC,
          () -> "a window of size " + size + " in dimension " + window[at] + " of size " + limit,
          "A window must fit into the array");
    }
    return check.ok();
  }

  int[] updateWindow() {
    return updateWindow.clone();
  }

  /** Returns the dimensions of the indices without the one that holds an index vector. */
  int[] indexBatch(int rank) {
    return IntStream.range(0, rank).filter(d -> d != indexVector).toArray();
  }

  /** Returns the dimensions of the updates that stand for those of {@link #indexBatch}. */
  int[] updateBatch(int rank) {
    return IntStream.range(0, rank).filter(d -> !contains(updateWindow, d)).toArray();
  }

  /** Returns the dimensions of the input that windows have, in the order of the updates'. */
  int[] window(int rank) {
    return IntStream.range(0, rank)
        .filter(d -> !contains(inserted, d) && !contains(inputBatching, d))
        .toArray();
  }

  /** Returns the dimensions of the input that the numbers of an index vector are places in. */
  int[] indexed() {
    return indexed.clone();
  }

  int indexVector() {
    return indexVector;
  }

  boolean isIndexed(int dim) {
    return contains(indexed, dim);
  }

  /** Returns the dimension of the input that is paired with one of the indices, or -1. */
  int batchingDim(int indicesDim) {
    for (int b = 0; b < indicesBatching.length; b++) {
      if (indicesBatching[b] == indicesDim) {
        return inputBatching[b];
      }
    }
    return -1;
  }

  /** Returns where the updates go. */
  ScatterPlaces layout(TensorType input, TensorType indices, TensorType updates) {
    int[] window = window(input.rank());
    int[] windowOf = new int[updates.rank()];
    Arrays.fill(windowOf, -1);
    for (int w = 0; w < window.length; w++) {
      windowOf[updateWindow[w]] = window[w];
    }
    int[] batching = indexBatch(indices.rank());
    Arrays.setAll(batching, b -> batchingDim(batching[b]));
    return new ScatterPlaces(input, updates, windowOf, batching, indexed, indexVector);
  }

  private static boolean contains(int[] dims, int dim) {
    return Arrays.stream(dims).anyMatch(d -> d == dim);
  }
}
