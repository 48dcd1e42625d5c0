namespace Downbeat.Networks;

/// <summary>
/// A neural network that the product knows. Its files are not part of the product: whoever runs the studio puts them into the models directory, and one is used only when its content
/// and its tensors are exactly these.
/// </summary>
/// <param name="Name">What it is called on pages and in the log; the only network of that name.</param>
/// <param name="File">The network itself, in the ONNX format.</param>
/// <param name="Labels">What its outputs are called; null when it needs no such file.</param>
/// <param name="Inputs">Tensors that it takes, all of single precision; these and no other.</param>
/// <param name="Outputs">Tensors that are read from it, all of single precision.</param>
/// <param name="Origin">Where its files can be had.</param>
/// <param name="Licence">Under which terms.</param>
internal sealed record Network(
    string Name, ModelFile File, ModelFile? Labels, IReadOnlyList<TensorShape> Inputs, IReadOnlyList<TensorShape> Outputs, string Origin, string Licence);

/// <summary>A file of the models directory.</summary>
/// <param name="Name">File name, without a folder.</param>
/// <param name="Sha256">Hash of its content: 64 lower-case hexadecimal digits.</param>
internal sealed record ModelFile(string Name, string Sha256);

/// <summary>Name and shape of a tensor.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Dimensions">Length of each axis; <see cref="Free"/> where any length is taken.</param>
internal sealed record TensorShape(string Name, params int[] Dimensions)
{
    /// <summary>An axis of any length.</summary>
    public const int Free = -1;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}[{string.Join(',', Dimensions.Select(length => length < 0 ? "?" : $"{length}"))}]";
}

/// <summary>Numbers on their way into a network.</summary>
/// <param name="Values">As many as the lengths of the axes multiply to, last axis fastest.</param>
/// <param name="Shape">Length of each axis.</param>
internal readonly record struct NetworkInput(float[] Values, params long[] Shape);
