using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>Names a rendered shot by everything that shapes its bytes, so that an equal shot is never rendered twice and a changed one never reused.</summary>
internal static class ShotKey
{
    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public static string Of(Cut cut, Shot shot, ShotSource source, RenderSettings settings, FfmpegVersion version) => Hash(
    [
        "shot",
        source.ContentHash,
        shot.SourceStartSeconds.ToString("R", CultureInfo.InvariantCulture),
        .. ShotGraph.InputArguments(source, shot.Filling == Filling.Loop),
        FormattableString.Invariant($"{source.FramesPerSecond} {source.IsVariableFrameRate} {source.SeeksExactly}"),
        ShotFilters.Text(cut, source, shot.Frames.Count),
        .. settings.EncoderArguments(cut.Rate),
        version.Text,
    ]);

    /// <summary>SHA-256 of parts that cannot run into each other: each is preceded by its length.</summary>
    public static string Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
