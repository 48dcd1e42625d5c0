using System.Security.Cryptography;

namespace Downbeat.Networks;

/// <summary>The files of one network in the models directory: whether they are there and have the expected content.</summary>
/// <param name="network">Whose.</param>
/// <param name="folder">The models directory; it need not exist.</param>
/// <param name="logger">Told why a file cannot be read.</param>
internal sealed class NetworkFiles(Network network, string folder, ILogger logger)
{
    /// <summary>Where a file lies.</summary>
    public string PathOf(ModelFile file) => Path.Combine(folder, file.Name);

    /// <summary>What tells that the files are others than a moment ago; reads none of them.</summary>
    public FileStamp[] Stamps() => [.. network.Files.Select(file => FileStamp.Of(PathOf(file)))];

    /// <summary>Reads all of the files, which takes a while for large ones.</summary>
    public (NetworkStanding Standing, string Sentence) Read() => network.Files.Select(ProblemWith).FirstOrDefault(problem => problem is not null)
        ?? (NetworkStanding.Ready, $"{network.Name} is there; it is loaded when it is needed.");

    private (NetworkStanding Standing, string Sentence)? ProblemWith(ModelFile file)
    {
        try
        {
            if (!File.Exists(PathOf(file)))
            {
                return (NetworkStanding.Missing, $"{network.Name} is not there: get {file.Name} from {network.Origin} and put it into the models directory.");
            }

            using var content = File.OpenRead(PathOf(file));
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
            return sha256 == file.Sha256
                ? null
                : (NetworkStanding.Refused, $"{network.Name} is not used: {file.Name} has other content than expected (SHA-256 {sha256[..12]}…, not {file.Sha256[..12]}…); get it from {network.Origin}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason may name folders, and the sentence is for everybody.
            logger.LogWarning(e, "{File} cannot be read", file.Name);
            return (NetworkStanding.Refused, $"{network.Name} is not used: {file.Name} cannot be read; the log says why.");
        }
    }

    /// <summary>Size and time of a file; −1 bytes when there is none.</summary>
    internal readonly record struct FileStamp(long Bytes, DateTime WrittenAt)
    {
        public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc) : new(-1, default);
    }
}
