namespace Downbeat.Features.Compositions;

/// <summary>What a person chooses for a video. Null means the default.</summary>
public sealed record CompositionSettings
{
    /// <summary>Clips to use, in this order; all clips of the song when null.</summary>
    public IReadOnlyList<Guid>? ClipIds { get; init; }

    /// <summary>Start of the part, seconds; the song's start when null.</summary>
    public double? Start { get; init; }

    /// <summary>End of the part, seconds; the song's end when null.</summary>
    public double? End { get; init; }

    /// <summary>Width in pixels, even, 128 to 3840; 1920 when null.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels, even, 128 to 3840; 1080 when null.</summary>
    public int? Height { get; init; }

    /// <summary>Frames per second: 24, 25, 30, 50 or 60; 30 when null.</summary>
    public int? Fps { get; init; }

    /// <summary>contain, cover, blur or stretch; cover when null.</summary>
    public string? Fit { get; init; }

    /// <summary>draft, fast, balanced or high; fast when null.</summary>
    public string? Preset { get; init; }

    /// <summary>auto or x264.</summary>
    public string? Encoder { get; init; }

    /// <summary>beat, downbeat, section or energy; energy when null.</summary>
    public string? CutOn { get; init; }

    /// <summary>Shortest shot, seconds; 1 when null.</summary>
    public double? MinShotSeconds { get; init; }

    /// <summary>0 (last) to 9 (first); 5 when null.</summary>
    public int? Priority { get; init; }

    /// <summary>Same seed, same cut; 0 when null.</summary>
    public int? Seed { get; init; }
}
