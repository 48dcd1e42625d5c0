namespace Downbeat.Features.Stems.Models;

/// <summary>Where in a tensor the values of a model lie: its axes may come in any order.</summary>
internal sealed class TensorLayout
{
    private readonly Dictionary<ModelAxis, int> strides = [];

    /// <summary>Lays out a tensor.</summary>
    /// <param name="axes">Its axes, first axis first, each at most once.</param>
    /// <param name="manifest">Says how long they are.</param>
    public TensorLayout(IReadOnlyList<ModelAxis> axes, StemManifest manifest)
    {
        Dimensions = [.. axes.Select(axis => LengthOf(axis, manifest))];
        Size = 1;
        foreach (var (axis, length) in axes.Zip(Dimensions).Reverse())
        {
            strides[axis] = Size;
            Size = checked(Size * length);
        }
    }

    /// <summary>Length of each axis.</summary>
    public int[] Dimensions { get; }

    /// <summary>Values in the tensor.</summary>
    public int Size { get; }

    /// <summary>The same, as a network is told.</summary>
    public long[] Shape => [.. Dimensions.Select(length => (long)length)];

    /// <summary>How far apart neighbours on an axis lie; 0 when there is no such axis, and one value stands for all.</summary>
    public int StrideOf(ModelAxis axis) => strides.GetValueOrDefault(axis);

    private static int LengthOf(ModelAxis axis, StemManifest manifest) => axis switch
    {
        ModelAxis.Batch => 1,
        ModelAxis.Channel => 2,
        ModelAxis.Frequency => manifest.UsedBins,
        ModelAxis.Time => manifest.Chunk,
        _ => manifest.Stems.Count,
    };
}
