using System.Security.Cryptography;

namespace Downbeat.Features.Uploads;

/// <summary>A part of an upload as it comes in a request.</summary>
/// <param name="OffsetBytes">Where the sender thinks that it begins.</param>
/// <param name="LengthBytes">How long it is; null when the request does not say.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="HangUp">Ends the connection that it comes over; reading the bytes fails then.</param>
/// <param name="Checksum">What its bytes add up to; null when the sender does not say.</param>
internal sealed record UploadPart(long OffsetBytes, long? LengthBytes, Stream Body, Action HangUp, PartChecksum? Checksum);

/// <summary>A hash that a part must have.</summary>
/// <param name="Algorithm">How it is reckoned.</param>
/// <param name="Hash">The hash.</param>
internal sealed record PartChecksum(HashAlgorithmName Algorithm, byte[] Hash)
{
    /// <summary>The algorithms by their names in the protocol, parted by commas.</summary>
    public const string Algorithms = "sha1,sha256";

    /// <summary>Reads the header <c>Upload-Checksum</c>: an algorithm, a space, the hash in Base64.</summary>
    /// <exception cref="StudioProblem">400 <c>upload.checksum</c>.</exception>
    public static PartChecksum Read(string header)
    {
        (HashAlgorithmName Name, int Bytes)? algorithm = header.Split(' ')[0] switch
        {
            "sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            "sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ => null,
        };
        var hash = new byte[header.Length];
        return algorithm is { } known && Convert.TryFromBase64String(header[(header.IndexOf(' ') + 1)..], hash, out var length) && length == known.Bytes
            ? new(known.Name, hash[..length])
            : throw new StudioProblem(400, "upload.checksum", $"Upload-Checksum names one of {Algorithms}, then the hash of the part in Base64.");
    }
}
