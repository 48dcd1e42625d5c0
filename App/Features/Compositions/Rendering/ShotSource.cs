using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>What the renderer must know of a clip; all of it comes from the probe of the file's content.</summary>
/// <param name="ClipId">The clip.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="ContentHash">SHA-256 of the file.</param>
/// <param name="Width">Width in pixels as shown: after rotation and with square pixels.</param>
/// <param name="Height">Height in pixels as shown.</param>
internal sealed record ShotSource(Guid ClipId, string Path, string ContentHash, int Width, int Height)
{
    /// <summary>One picture.</summary>
    public bool IsStill { get; init; }

    /// <summary>The ffmpeg demuxer that opens it, such as <c>png_pipe</c>; null lets ffmpeg choose among the allowed ones. A still needs it.</summary>
    public string? Demuxer { get; init; }

    /// <summary>ffmpeg's name of the codec.</summary>
    public string Codec { get; init; } = "";

    /// <summary>Average pictures per second; 0 when not known; ignored for a still.</summary>
    public double FramesPerSecond { get; init; } = 30;

    /// <summary>Pictures are unevenly spaced.</summary>
    public bool IsVariableFrameRate { get; init; }

    /// <summary>Pictures hold two fields.</summary>
    public bool IsInterlaced { get; init; }

    /// <summary>Parts may be transparent.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>It has sound.</summary>
    public bool HasSound { get; init; }

    /// <summary>How brightness is coded.</summary>
    public ColourTransfer Transfer { get; init; }

    /// <summary>ffmpeg's name of the colour matrix (<c>bt709</c>, <c>smpte170m</c>, <c>gbr</c>); empty when the file does not say.</summary>
    public string ColourMatrix { get; init; } = "";

    /// <summary>Whether a jump lands on the asked-for picture: so in MP4, MOV, Matroska and WebM. Others are read from their beginning.</summary>
    public bool SeeksExactly { get; init; } = true;
}
