using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Downbeat.Features.Stems.Separation;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Signals;
using Downbeat.Storage;

namespace Downbeat.Features.Stems;

/// <summary>What finished stems sound and look like: files in several formats, archives, samples for the page's player, waveforms, mixes.</summary>
internal sealed class StemSounds(FileStore files, SoundCoder coder) : IDisposable
{
    /// <summary>Most frames of one answer with samples: ten seconds.</summary>
    public const int MostFrames = 10 * StereoBlock.SampleRate;

    // Coding takes a core, and anybody may ask for it again and again.
    private readonly OwnerTurns turns = new(Environment.ProcessorCount);

    /// <summary>Name of the file with the waveform of a stem.</summary>
    public static string PeaksOf(string stem) => $"{stem}.peaks";

    /// <summary>The file of a stem, coded when that has not been done yet.</summary>
    /// <exception cref="StudioProblem">404 <c>stem.not_found</c>; 507 <c>storage.full</c>.</exception>
    public async Task<string> FileAsync(StemSetView set, string stem, SoundFormat format, CancellationToken stop)
    {
        var wav = WavOf(set, stem);
        return format == SoundFormat.Wav ? wav : await MadeAsync(set, $"{stem}{format.Kind.Extension}", output => coder.CodeAsync(wav, format, output, stop), stop);
    }

    /// <summary>Writes an archive of all stems, one after another as they are coded; no archive is kept, but coded stems are.</summary>
    public async Task WriteZipAsync(StemSetView set, SoundFormat format, Stream output, CancellationToken stop)
    {
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, stop);
        foreach (var stem in StemNames.Of(set.Stems))
        {
            // Sound is not made smaller by packing it.
            var entry = zip.CreateEntry($"{stem}{format.Kind.Extension}", CompressionLevel.NoCompression);
            entry.LastWriteTime = set.CreatedAt;
            await using var from = File.OpenRead(await FileAsync(set, stem, format, stop));
            await using var to = await entry.OpenAsync(stop);
            await from.CopyToAsync(to, stop);
        }
    }

    /// <summary>Samples of all stems, for the page's player.</summary>
    /// <param name="set">The stems.</param>
    /// <param name="start">First frame.</param>
    /// <param name="frames">How many, 1 to <see cref="MostFrames"/>; fewer come at the end of the song.</param>
    /// <param name="withOriginal">The song as it was comes after the stems: what they add up to, which was checked.</param>
    /// <returns>One stem after another, each with left and right in turn, 16 bits, little-endian.</returns>
    /// <exception cref="StudioProblem">404 <c>stem.not_found</c>; 400 for a stretch that is none.</exception>
    public byte[] Samples(StemSetView set, long start, int frames, bool withOriginal)
    {
        if (start < 0 || frames is < 1 or > MostFrames)
        {
            throw StudioProblem.Field("frames", $"start is not negative, and frames lies between 1 and {MostFrames}.");
        }

        var stems = Open(set);
        try
        {
            var count = (int)Math.Clamp(stems[0].File.Frames - start, 0, frames);
            var bytes = new byte[(stems.Count + (withOriginal ? 1 : 0)) * count * 2 * sizeof(short)];
            var (block, sum) = (new StereoBlock(count), new StereoBlock(count));
            for (var stem = 0; stem < stems.Count; stem++)
            {
                stems[stem].File.Read(start, block);
                Vectors.Add(block.Left, sum.Left);
                Vectors.Add(block.Right, sum.Right);
                Write(block, bytes.AsSpan(stem * count * 4, count * 4));
            }

            if (withOriginal)
            {
                Write(sum, bytes.AsSpan(stems.Count * count * 4));
            }

            return bytes;
        }
        finally
        {
            Close(stems);
        }
    }

    /// <summary>Waveforms of all stems.</summary>
    /// <param name="set">The stems.</param>
    /// <param name="points">Points of each, 1 to 20000.</param>
    /// <param name="start">Where the first begins, seconds; null for the song's beginning.</param>
    /// <param name="end">Where the last ends; null for the song's end.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StudioProblem">404 <c>stem.not_found</c>; 400 for a stretch that is none.</exception>
    public async Task<IReadOnlyList<StemPicture>> PeaksAsync(StemSetView set, int points, double? start, double? end, CancellationToken stop)
    {
        if (points is < 1 or > 20_000)
        {
            throw StudioProblem.Field("points", "points lies between 1 and 20000.");
        }

        List<StemPicture> pictures = [];
        foreach (var stem in StemNames.Of(set.Stems))
        {
            var path = files.Find($"{set.Folder}/{PeaksOf(stem)}") ?? throw StudioProblem.NotFound("stem");
            var peaks = Peaks.FromBytes(await File.ReadAllBytesAsync(path, stop));
            var (from, to) = (start ?? 0, Math.Min(end ?? peaks.DurationSeconds, peaks.DurationSeconds));
            var picture = from >= 0 && to > from ? peaks.At(points, from, to) : throw StudioProblem.Field("start", "start lies before end, and neither is negative.");
            pictures.Add(new(stem, picture.DurationSeconds, picture.Min, picture.Max));
        }

        return pictures;
    }

    /// <summary>The stems as a mix has them, as a file; of each format the newest mix is kept.</summary>
    /// <exception cref="StudioProblem">404 <c>stem.not_found</c>; 507 <c>storage.full</c>.</exception>
    public Task<string> MixFileAsync(StemSetView set, StemMix mix, SoundFormat format, CancellationToken stop) =>
        MadeAsync(set, $"mix-{HashOf(set, mix)[..16]}{format.Kind.Extension}", output => WriteMixAsync(set, mix, format, output, stop), stop, "mix-");

    /// <summary>What decides how a mix sounds, as a hash: another one may sound different.</summary>
    public static string HashOf(StemSetView set, StemMix mix) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { set.Id, set.PublishedAttempt, mix }, ApiJson.Options)));

    /// <summary>Writes the stems as a mix has them. A mix that would go beyond full scale is lowered as a whole until it fits.</summary>
    /// <param name="set">The stems.</param>
    /// <param name="mix">How they are mixed.</param>
    /// <param name="format">What comes out.</param>
    /// <param name="output">Full path of the new file; overwritten.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="StudioProblem">404 <c>stem.not_found</c>.</exception>
    /// <exception cref="MediaFailure">It cannot be coded, or the disk is full.</exception>
    public async Task WriteMixAsync(StemSetView set, StemMix mix, SoundFormat format, string output, CancellationToken stop)
    {
        var stems = Open(set);
        try
        {
            var peak = await Task.Run(() => Mixdown.Peak(stems, mix, stop), stop);
            await coder.CodeAsync(Mixdown.Bytes(stems, mix, peak > 1 ? 0.999f / peak : 1, stop), StereoBlock.SampleRate, format, output, stop);
        }
        finally
        {
            Close(stems);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<string> MadeAsync(StemSetView set, string name, Func<string, Task> make, CancellationToken stop, string? replaces = null)
    {
        var key = $"{set.Folder}/made/{name}";
        if (files.Find(key) is { } there)
        {
            return there;
        }

        using var turn = await turns.WaitAsync(set.OwnerId, stop);
        if (files.Find(key) is { } madeMeanwhile)
        {
            return madeMeanwhile;
        }

        files.EnsureRoom((long)(set.CoveredSeconds!.Value * StereoBlock.SampleRate) * StemFile.FrameBytes);
        using var workspace = files.OpenWorkspace($"stem-{Guid.NewGuid():N}");
        await CodeAsync(make, workspace.File(name));
        foreach (var old in replaces is null ? [] : files.NamesIn($"{set.Folder}/made").Where(old => old.StartsWith(replaces, StringComparison.Ordinal) && Path.GetExtension(old) == Path.GetExtension(name)).ToList())
        {
            files.Delete($"{set.Folder}/made/{old}");
        }

        files.Put(key, workspace.File(name));
        if (files.Find($"{set.Folder}/{StemNames.Of(set.Stems)[0]}.wav") is null)
        {
            // The stems have been deleted meanwhile.
            files.DeleteFolder(set.Folder);
            throw StudioProblem.NotFound("stem");
        }

        return files.PathOf(key);
    }

    private static async Task CodeAsync(Func<string, Task> make, string path)
    {
        using var piece = SplitMeter.Begin("code");
        try
        {
            await make(path);
        }
        catch (Exception e) when (MediaFailure.IsDiskFull(e))
        {
            throw FileStore.Full();
        }
    }

    private string WavOf(StemSetView set, string stem) =>
        StemNames.Of(set.Stems).Contains(stem) && files.Find($"{set.Folder}/{stem}.wav") is { } path ? path : throw StudioProblem.NotFound("stem");

    private List<(string Name, StemFile File)> Open(StemSetView set)
    {
        List<(string Name, StemFile File)> stems = [];
        try
        {
            foreach (var name in StemNames.Of(set.Stems))
            {
                stems.Add((name, StemFile.Read(WavOf(set, name))));
            }

            return stems;
        }
        catch
        {
            Close(stems);
            throw;
        }
    }

    private static void Close(IEnumerable<(string Name, StemFile File)> stems)
    {
        foreach (var (_, file) in stems)
        {
            file.Dispose();
        }
    }

    private static void Write(StereoBlock block, Span<byte> bytes)
    {
        for (var n = 0; n < block.Frames; n++)
        {
            BitConverter.TryWriteBytes(bytes[(4 * n)..], Whole(block.Left[n]));
            BitConverter.TryWriteBytes(bytes[((4 * n) + 2)..], Whole(block.Right[n]));
        }
    }

    private static short Whole(float sample) => (short)Math.Clamp(MathF.Round(sample * 32768), short.MinValue, short.MaxValue);
}

/// <summary>The waveform of a stem.</summary>
/// <param name="Name">The stem.</param>
/// <param name="Duration">Length of the whole song, seconds.</param>
/// <param name="Min">Lowest sample of each point.</param>
/// <param name="Max">Highest sample of each point.</param>
internal sealed record StemPicture(string Name, double Duration, float[] Min, float[] Max);
