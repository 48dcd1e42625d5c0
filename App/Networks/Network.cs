namespace Downbeat.Networks;

/// <summary>
/// A neural network that the product knows, or that a description in the models directory made known. Its files are not part of the product: whoever runs the studio puts them into the models directory, and one is used only when its content
/// and its tensors are exactly these.
/// </summary>
/// <param name="Name">What it is called on pages and in the log; the only network of that name.</param>
/// <param name="File">The network itself, in the ONNX format.</param>
/// <param name="Labels">What its outputs are called; null when it needs no such file.</param>
/// <param name="Inputs">Tensors that it takes, all of single precision; these and no other. Where the file leaves the length of an axis free, it takes the one given here.</param>
/// <param name="Outputs">Tensors that are read from it, all of single precision.</param>
/// <param name="Origin">Where its files can be had.</param>
/// <param name="Licence">Under which terms.</param>
internal sealed record Network(
    string Name, ModelFile File, ModelFile? Labels, IReadOnlyList<TensorShape> Inputs, IReadOnlyList<TensorShape> Outputs, string Origin, string Licence)
{
    /// <summary>Further files that <see cref="File"/> names and that hold its weights ("external data"); they lie beside it.</summary>
    public IReadOnlyList<ModelFile> Weights { get; init; } = [];

    /// <summary>Why it cannot be used whatever its files are, as a sentence; null when nothing is wrong with its description.</summary>
    public string? Problem { get; init; }

    /// <summary>All of its files.</summary>
    public IEnumerable<ModelFile> Files => [File, .. Labels is { } labels ? [labels] : (ModelFile[])[], .. Weights];
}

/// <summary>Describes networks that nobody knew when the product was built.</summary>
internal interface INetworkSource
{
    /// <summary>Those that are described at the moment: the same values as before where nothing changed, others where something did. Cheap, and for any thread.</summary>
    IReadOnlyList<Network> Find();
}

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

    /// <summary>Whether numbers of this shape can be handed to a network, or read from one, that declares the given lengths; below zero is any.</summary>
    public bool Fits(IReadOnlyList<int> declared) => declared.Count == Dimensions.Length && declared.Zip(Dimensions).All(axis => axis.First < 0 || axis.First == axis.Second);

    /// <summary>Whether a tensor has this shape.</summary>
    public bool IsOf(IReadOnlyList<long> lengths) => lengths.Count == Dimensions.Length && lengths.Zip(Dimensions).All(axis => axis.Second < 0 || axis.First == axis.Second);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}[{string.Join(',', Dimensions.Select(length => length < 0 ? "?" : $"{length}"))}]";
}

/// <summary>Numbers on their way into a network.</summary>
/// <param name="Values">As many as the lengths of the axes multiply to, last axis fastest.</param>
/// <param name="Shape">Length of each axis.</param>
internal readonly record struct NetworkInput(float[] Values, params long[] Shape);
