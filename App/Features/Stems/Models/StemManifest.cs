using System.Text.Json.Serialization;

namespace Downbeat.Features.Stems.Models;

/// <summary>
/// What a separation model takes and gives, as written in a file <c>….stems.json</c> beside its ONNX files in the models directory. Field by field in the README; what may stand in them
/// is checked by <see cref="ManifestRules"/>.
/// </summary>
internal sealed record StemManifest
{
    /// <summary>The only version of this format.</summary>
    public const int Version = 1;

    /// <summary><see cref="Version"/>.</summary>
    public int Format { get; init; }

    /// <summary>What people call the model.</summary>
    public string Name { get; init; } = "";

    /// <summary>What goes in and comes out; null is nothing that it could be.</summary>
    public ModelKind? Kind { get; init; }

    /// <summary>Frames in a second of the sound that it knows.</summary>
    public int SampleRate { get; init; }

    /// <summary>Names of its stems, in the order of its outputs.</summary>
    public IReadOnlyList<string> Stems { get; init; } = [];

    /// <summary>One file for all stems, or one for each.</summary>
    public IReadOnlyList<StemModelFile> Files { get; init; } = [];

    /// <summary>What it takes at a time: spectra (mask) or samples (waveform).</summary>
    public int Chunk { get; init; }

    /// <summary>How much of that a chunk has in common with the next.</summary>
    public int Overlap { get; init; }

    /// <summary>The tensor that it takes.</summary>
    public ModelInput Input { get; init; } = new();

    /// <summary>The tensors that it gives.</summary>
    public ModelOutput Output { get; init; } = new();

    /// <summary>Length of the Hann window in samples (mask).</summary>
    public int Window { get; init; }

    /// <summary>Samples from one spectrum to the next (mask).</summary>
    public int Hop { get; init; }

    /// <summary>Values of each spectrum that it takes, from the lowest frequency up (mask); 0 is all.</summary>
    public int Bins { get; init; }

    /// <summary>What it gives of each stem (mask).</summary>
    public MaskGift Gives { get; init; } = MaskGift.Magnitude;

    /// <summary>Power of what it gives of a stem, against the sum over all stems, that makes the stem's mask (mask).</summary>
    public double Power { get; init; } = 2;

    /// <summary>What happens above its bins (mask).</summary>
    public AboveBins Above { get; init; } = AboveBins.Rest;

    /// <summary>What is done to the sound before it (waveform).</summary>
    public Normalisation Normalise { get; init; } = Normalisation.None;

    /// <summary>Of several models that can do the work, the one with the highest is taken.</summary>
    public int Preference { get; init; }

    /// <summary>Where its files can be had.</summary>
    public string Origin { get; init; } = "its publisher";

    /// <summary>Under which terms.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Values of each spectrum that it takes.</summary>
    [JsonIgnore]
    public int UsedBins => Bins == 0 ? (Window / 2) + 1 : Bins;

    /// <summary>Whether it says all that is needed to split into so many stems: all but the last of them, which is what the others leave.</summary>
    public bool Splits(int stems) => StemNames.Of(stems).SkipLast(1).All(Stems.Contains);
}

/// <summary>The two kinds of models.</summary>
internal enum ModelKind
{
    /// <summary>Takes the magnitudes of spectra, gives a mask or the magnitudes of each stem.</summary>
    Mask,

    /// <summary>Takes samples, gives samples of each stem.</summary>
    Waveform,
}

/// <summary>What a model of the kind <see cref="ModelKind.Mask"/> gives of each stem.</summary>
internal enum MaskGift
{
    /// <summary>Magnitudes on the scale of those that it takes.</summary>
    Magnitude,

    /// <summary>Its share of those, 0 to 1.</summary>
    Mask,
}

/// <summary>What happens to frequencies that a model is not asked about.</summary>
internal enum AboveBins
{
    /// <summary>They go to the last stem, which is what the others leave.</summary>
    Rest,

    /// <summary>They are shared out as all lower ones together were, in each spectrum.</summary>
    Average,
}

/// <summary>What is done to the sound before a model of the kind <see cref="ModelKind.Waveform"/>, and undone after it.</summary>
internal enum Normalisation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The mean of the whole song (both channels together) is taken off it, and it is divided by the standard deviation of their mean.</summary>
    Song,
}

/// <summary>Axes of tensors.</summary>
internal enum ModelAxis
{
    /// <summary>Pieces at a time; always one.</summary>
    Batch,

    /// <summary>Left and right.</summary>
    Channel,

    /// <summary>Values of a spectrum.</summary>
    Frequency,

    /// <summary>Spectra or samples of a chunk.</summary>
    Time,

    /// <summary>Stems, as many as the manifest names.</summary>
    Stem,
}

/// <summary>An ONNX file.</summary>
internal sealed record StemModelFile
{
    /// <summary>Its name, without a folder.</summary>
    public string File { get; init; } = "";

    /// <summary>Hash of its content: 64 hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The stem that it is asked about; null when it is asked about all.</summary>
    public string? Stem { get; init; }

    /// <summary>Files with its weights that it names itself ("external data").</summary>
    public IReadOnlyList<WeightFile> Weights { get; init; } = [];
}

/// <summary>A file of weights.</summary>
internal sealed record WeightFile
{
    /// <summary>Its name, without a folder.</summary>
    public string File { get; init; } = "";

    /// <summary>Hash of its content: 64 hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";
}

/// <summary>The tensor that a model takes.</summary>
internal sealed record ModelInput
{
    /// <summary>As the file has it.</summary>
    public string Name { get; init; } = "";

    /// <summary>What its axes are, first axis first.</summary>
    public IReadOnlyList<ModelAxis> Axes { get; init; } = [];
}

/// <summary>What a model gives.</summary>
internal sealed record ModelOutput
{
    /// <summary>One tensor for all stems (with an axis for them), or one for each of them; of a file for one stem, its only one.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What the axes of each are, first axis first.</summary>
    public IReadOnlyList<ModelAxis> Axes { get; init; } = [];
}
