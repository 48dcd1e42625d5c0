using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>Names a rendered piece by everything that shapes its bytes, so that an equal one is never rendered twice and a changed one never reused.</summary>
internal static class PieceKey
{
    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public static string Of(Cut cut, FilmPiece piece, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, FfmpegVersion version) => Hash(
    [
        "piece",
        .. piece.Parts.SelectMany(footage => Footage(cut, footage, sources[footage.Shot.ClipId])),
        PassGraph.Finish(cut, piece, "captions"),
        .. CaptionScript.Of(cut, piece.Frames) is { } captions ? (string[])["captions", captions.Text] : [],
        .. cut.Watermark is { } watermark ? (string[])["watermark", sources[watermark.PictureId].ContentHash, WatermarkFilters.Picture(cut)] : [],
        .. settings.EncoderArguments(cut),
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

    private static string[] Footage(Cut cut, Footage footage, ShotSource source) =>
    [
        source.ContentHash,
        string.Create(CultureInfo.InvariantCulture, $"{footage.StartSeconds(cut.Rate):R} {footage.Shot.Speed:R}{(footage.Shot.Filling == Filling.PingPong ? $" {footage.Shot.SourceEndSeconds:R}" : "")}"),
        .. PassGraph.InputArguments(source, footage.Shot.Filling == Filling.Loop),
        FormattableString.Invariant($"{source.FramesPerSecond} {source.IsVariableFrameRate} {source.SeeksExactly}"),
        PictureFilters.Text(cut, source, footage),
    ];
}
