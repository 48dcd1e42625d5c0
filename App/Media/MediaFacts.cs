using System.Globalization;
using Downbeat.Timing;

namespace Downbeat.Media;

/// <summary>A fraction of two whole numbers, as ffmpeg writes rates, ticks and shapes of pixels.</summary>
/// <param name="Numerator">0 or more.</param>
/// <param name="Denominator">1 or more.</param>
internal readonly record struct Ratio(int Numerator, int Denominator)
{
    /// <summary>The fraction as a number.</summary>
    public double Value => (double)Numerator / Denominator;

    /// <summary>Reads <c>30000/1001</c> or <c>4:3</c>; null when it is missing, not positive or not a fraction.</summary>
    public static Ratio? Parse(string? text)
    {
        var parts = text?.Split('/', ':');
        return parts is { Length: 2 }
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var denominator)
            && numerator > 0 && denominator > 0
            ? new(numerator, denominator)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}

/// <summary>How brightness is coded.</summary>
internal enum ColourTransfer
{
    /// <summary>Standard range (BT.709 and its kin), or not said.</summary>
    Standard,

    /// <summary>Hybrid log-gamma (ARIB STD-B67).</summary>
    Hlg,

    /// <summary>Perceptual quantiser (SMPTE ST 2084).</summary>
    Pq,
}

/// <summary>What is known of one file from outside.</summary>
/// <param name="Kind">Its container, by content.</param>
/// <param name="DurationSeconds">Length in seconds. From the probe alone it is the container's claim, 0 when it claims none; after a check it is what really decodes. 0 for a still.</param>
/// <param name="Audio">The first stream of sound, or null.</param>
/// <param name="Video">The first stream of pictures that is not cover art, or null.</param>
/// <param name="IsStill">One picture only: a still, or a film of a single frame.</param>
internal sealed record MediaFacts(MediaKind Kind, double DurationSeconds, AudioFacts? Audio, VideoFacts? Video, bool IsStill);

/// <summary>A stream of sound.</summary>
/// <param name="Codec">ffmpeg's name of the codec.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">1 or more.</param>
/// <param name="ClaimedSeconds">Length that the container promises and can be held to (FLAC, a whole MP4, an MP3 with a Xing header); null when it only guesses.</param>
internal sealed record AudioFacts(string Codec, int SampleRateHz, int Channels, double? ClaimedSeconds);

/// <summary>A stream of pictures.</summary>
/// <param name="Codec">ffmpeg's name of the codec.</param>
/// <param name="Width">Width in pixels as shown: after rotation and with square pixels.</param>
/// <param name="Height">Height in pixels as shown.</param>
/// <param name="CodedWidth">Width in pixels as stored.</param>
/// <param name="CodedHeight">Height in pixels as stored.</param>
/// <param name="RotationDegrees">Clockwise turn that shows it upright: 0, 90, 180 or 270. ffmpeg turns by itself.</param>
/// <param name="PixelShape">Width to height of one stored pixel.</param>
/// <param name="FrameRate">Average frames per second; null for a still.</param>
/// <param name="IsVariableFrameRate">Whether frames are unevenly spaced.</param>
/// <param name="Frames">Number of frames that really decode; 0 before <see cref="ClipCheck"/>, 1 for a still.</param>
/// <param name="PixelFormat">ffmpeg's name of the pixel format.</param>
/// <param name="BitDepth">Bits per colour component.</param>
/// <param name="HasAlpha">Whether parts may be transparent.</param>
/// <param name="Transfer">How brightness is coded.</param>
/// <param name="IsInterlaced">Whether a frame holds two fields.</param>
/// <param name="IsFullRange">Whether luma uses 0..255 (JPEG) and not 16..235.</param>
internal sealed record VideoFacts(
    string Codec,
    int Width,
    int Height,
    int CodedWidth,
    int CodedHeight,
    int RotationDegrees,
    Ratio PixelShape,
    FrameRate? FrameRate,
    bool IsVariableFrameRate,
    long Frames,
    string PixelFormat,
    int BitDepth,
    bool HasAlpha,
    ColourTransfer Transfer,
    bool IsInterlaced,
    bool IsFullRange)
{
    /// <summary>ffmpeg's name of the colour matrix (<c>bt709</c>, <c>smpte170m</c>, <c>gbr</c>); empty when the file does not say.</summary>
    public string ColourMatrix { get; init; } = "";
}
