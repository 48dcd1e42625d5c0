using System.Text.Json.Serialization;
using Downbeat.Features.Analysis;

namespace Downbeat.Features.Stems;

/// <summary>How the stems of a song are heard together: the mixer's state, from which the page plays, the server exports and videos take their sound.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StemMix
{
    /// <summary>Every stem as it is, which is the song itself.</summary>
    public static StemMix Flat { get; } = new();

    /// <summary>What is set, one entry for each stem that is not as it came; in any order.</summary>
    [JsonRequired]
    public IReadOnlyList<StemTrack> Tracks { get; init; } = [];
}

/// <summary>How one stem is heard.</summary>
/// <param name="Name">The stem.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StemTrack(string Name)
{
    /// <summary>Loudness against how it came, −60 to 12 dB; −60 is silence.</summary>
    public double GainDb { get; init; }

    /// <summary>−1 (left) to 1 (right); 0 leaves it as it came. Of the sides of a stereo stem the one it moves to takes in the other, as a StereoPannerNode of Web Audio does it.</summary>
    public double Pan { get; init; }

    /// <summary>Not heard.</summary>
    public bool Muted { get; init; }

    /// <summary>Only stems that are soloed are heard, as long as there is one; a muted one is not heard all the same.</summary>
    public bool Soloed { get; init; }

    /// <summary>Stretches of the song, in seconds, in which it is not heard, in order and apart from each other; it fades over 10 ms inside their ends, less in shorter ones.</summary>
    public IReadOnlyList<SongSpan> Silences { get; init; } = [];
}
