using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems.Models;
using Downbeat.Features.Stems.Separation;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Stems;

/// <summary>The step that splits a song.</summary>
internal sealed record SeparateSong(Guid StemSetId);

/// <summary>Decodes the song to disk, splits it block by block, reads the stems back to check them, and keeps them. Split by a killed process or one that went down, it goes on at the last whole block.</summary>
internal sealed class SeparateSongHandler(StemLibrary library, SongLibrary songs, SongAnalyst analyst, Separators separators, AudioDecoder decoder, FileStore files, TimeProvider clock) : IStepHandler<SeparateSong>
{
    // Two decodings to different rates may end a few samples apart, and coders fill up their last block.
    private const double MissingSeconds = 0.25;

    // What is less far beyond full scale has room in the stems, among which it is shared out.
    private const float LoudestPeak = 1.4f;
    private const string EngineNote = "engine";
    private const string HeardNote = "heard";

    /// <summary>Bytes that splitting a song takes at most while it works.</summary>
    public static long BytesFor(double durationSeconds, int stems) => (long)(durationSeconds * StereoBlock.SampleRate * ((2 * sizeof(float)) + (stems * StemFile.FrameBytes)));

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(SeparateSong step, StepContext context, CancellationToken stop)
    {
        var set = await library.SetAsync(context.OwnerId, step.StemSetId, stop);
        try
        {
            return await SplitAsync(set, context, stop);
        }
        catch (OperationCanceledException) when (!context.IsCancelled)
        {
            // The studio goes down, or another worker has it now: whole blocks stay for the next attempt.
            throw;
        }
        catch (Exception e)
        {
            await library.DropAttemptsAsync(set, context.Attempt);
            if (MediaFailure.IsDiskFull(e))
            {
                throw FileStore.Full();
            }

            throw;
        }
    }

    private async Task<StepOutcome> SplitAsync(StemSet set, StepContext context, CancellationToken stop)
    {
        // Work that is taken up at a start comes before the models were looked at. The engine that was chosen may have gone meanwhile, or failed at the attempt before.
        await Task.Run(separators.Look, stop);
        var engine = separators.For(set.Stems).FirstOrDefault(there => there.Name == set.Engine) ?? separators.Choose(set.Stems);
        files.EnsureRoom(BytesFor(set.DurationSeconds, set.Stems));
        if (await library.TwinAsync(set, engine.Name, stop) is { } twin && Copy(twin, set.FolderOf(context.Attempt), stop))
        {
            context.Log("The same recording was split before; its stems are used.");
            return await DoneAsync(set, context, engine.Name, twin.ReportJson!, stop);
        }

        var stages = SplitStages.Of(engine, set.DurationSeconds);
        using var workspace = files.OpenWorkspace(context.WorkspaceName);
        using var mix = await DecodeAsync(set, workspace, context, stop);
        var (folder, names) = (Adopt(set, context.Attempt, engine.Name, stop), StemNames.Of(set.Stems));
        var begun = clock.GetTimestamp();
        using (var separator = await Splitter.OpenAsync(engine, set.Stems, mix, done => context.Report("Listening", stages.Decoded + ((stages.Ready - stages.Decoded) * done)), stop))
        {
            var opened = clock.GetTimestamp();
            var from = await Splitter.RunAsync(
                separator, mix, names, folder, done => context.Report("Splitting", stages.Ready + ((stages.Split - stages.Ready) * done)), stop);
            context.Log(FormattableString.Invariant(
                $"{engine.Name}: made ready in {clock.GetElapsedTime(begun, opened).TotalSeconds:0.0} s, split {(double)(mix.Frames - from) / StereoBlock.SampleRate:0.0} s of sound in {clock.GetElapsedTime(opened).TotalSeconds:0.0} s."));
        }

        var ear = new StemEar(engine.Name, names);
        var (report, peaks) = await Task.Run(() => SplitCheck.Run(mix, names, folder, ear, done => context.Report("Checking", stages.Split + ((stages.Checked - stages.Split) * done)), stop), stop);
        foreach (var (name, picture) in names.Zip(peaks))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, StemSounds.PeaksOf(name)), picture.ToBytes(), stop);
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, HeardNote), ear.Finish().ToBytes(), stop);
        context.Log(FormattableString.Invariant($"All {report.Frames} samples are covered; the stems add up to the song within {report.ResidualDb:0.0} dB."));
        return await DoneAsync(set, context, engine.Name, JsonSerializer.Serialize(report), stop);
    }

    private async Task<MixFile> DecodeAsync(StemSet set, Workspace workspace, StepContext context, CancellationToken stop)
    {
        context.Report("Decoding", 0);
        var begun = clock.GetTimestamp();
        var path = set.SongId is { } songId
            ? songs.FindAudio(await songs.GetAsync(context.OwnerId, songId, stop)) ?? throw StudioProblem.NotFound("song")
            : files.Find(set.SourceKey) ?? throw StudioProblem.NotFound("stems");
        var decoded = workspace.File("mix.f32");
        using var piece = SplitMeter.Begin("decode");
        await decoder.DecodeToFileAsync(path, MediaSniffer.Identify(path), StereoBlock.SampleRate, 2, set.DurationSeconds + 1, decoded, stop);
        var mix = new MixFile(decoded);
        context.Log(FormattableString.Invariant($"Decoded {mix.DurationSeconds:0.0} s of sound in {clock.GetElapsedTime(begun).TotalSeconds:0.0} s."));
        if (mix.Frames is > 0 and var frames && frames <= StemFile.MostFrames && mix.DurationSeconds >= set.DurationSeconds - MissingSeconds)
        {
            await Task.Run(() => Fit(mix, context, stop), stop);
            return mix;
        }

        mix.Dispose();
        throw new StudioProblem(
            422, "song.undecodable", FormattableString.Invariant($"Of {set.DurationSeconds:0.0} s of sound {mix.DurationSeconds:0.0} s can be decoded, and at most {StemFile.MostFrames / StereoBlock.SampleRate / 3600.0:0.0} hours can be split; upload the song again."));
    }

    /// <summary>Stems are whole numbers, which have a highest value: a song that goes far beyond it is split as it sounds when it is turned down.</summary>
    private static void Fit(MixFile mix, StepContext context, CancellationToken stop)
    {
        if (mix.Peak(stop) is > LoudestPeak and var peak)
        {
            mix.Gain = 1 / peak;
            context.Log(FormattableString.Invariant($"The song goes {20 * Math.Log10(peak):0.0} dB beyond full scale; for its stems all of it is turned down by that much."));
        }
    }

    /// <summary>Takes finished stems of the same recording; false when they are not all there any more.</summary>
    private bool Copy(StemSet twin, string toFolder, CancellationToken stop)
    {
        var report = JsonSerializer.Deserialize<SplitReport>(twin.ReportJson!)!;
        if (files.CopyFolder(twin.FolderOf(twin.PublishedAttempt!.Value), toFolder, stop) && report.Stems.All(stem => IsWhole(toFolder, stem.Name, report.Frames)))
        {
            return true;
        }

        files.DeleteFolder(toFolder);
        return false;
    }

    private bool IsWhole(string folder, string stem, long frames)
    {
        if (files.Find($"{folder}/{stem}.wav") is not { } path || files.Find($"{folder}/{StemSounds.PeaksOf(stem)}") is null)
        {
            return false;
        }

        using var file = StemFile.Read(path);
        return file.Frames == frames;
    }

    /// <summary>The folder of this attempt, with what the attempt before split by the same engine. Copied, not moved: an attempt that was given up may still be writing.</summary>
    private string Adopt(StemSet set, int attempt, string engine, CancellationToken stop)
    {
        var earlier = files.FoldersIn(StemSet.HomeOf(set.SongId))
            .Select(StemSet.AttemptOf).OfType<(Guid Id, int Attempt)>()
            .Where(folder => folder.Id == set.Id && folder.Attempt < attempt)
            .OrderByDescending(folder => folder.Attempt);
        foreach (var (_, number) in earlier.Where(folder => files.Find($"{set.FolderOf(folder.Attempt)}/{EngineNote}") is { } note && File.ReadAllText(note) == engine).Take(1))
        {
            files.CopyFolder(set.FolderOf(number), set.FolderOf(attempt), stop);
        }

        var folder = files.MakeFolder(set.FolderOf(attempt));
        File.WriteAllText(Path.Combine(folder, EngineNote), engine);
        return folder;
    }

    private async Task<StepOutcome> DoneAsync(StemSet set, StepContext context, string engine, string reportJson, CancellationToken stop)
    {
        // Read before: while the result is written, nobody else can write.
        var heard = files.Find($"{set.FolderOf(context.Attempt)}/{HeardNote}") is { } note ? StemFindings.FromBytes(await File.ReadAllBytesAsync(note, stop)) : null;
        List<StemSet> replaced = [];
        return StepOutcome.Done(
            async (db, cancel) =>
            {
                replaced.AddRange(await PublishAsync(db, set, context.Attempt, engine, reportJson, cancel));
                if (set.SongId is { } songId && heard is not null)
                {
                    await db.OfferStemFindingsAsync(songId, heard, cancel);
                }
            },
            async () =>
            {
                if (set.SongId is { } songId)
                {
                    await analyst.TellOfStemsAsync(set.OwnerId, songId);
                }

                await library.DropAttemptsAsync(set, context.Attempt - 1);
                foreach (var old in replaced)
                {
                    await library.RemoveAsync(old);
                }
            },
            () => library.DropAttemptsAsync(set, context.Attempt));
    }

    /// <summary>Writes the result in place of older ones of the same song, and gives those back.</summary>
    private static async Task<IReadOnlyList<StemSet>> PublishAsync(StudioDb db, StemSet set, int attempt, string engine, string reportJson, CancellationToken stop)
    {
        var row = await db.StemSets.FirstAsync(stored => stored.Id == set.Id, stop);
        (row.PublishedAttempt, row.Engine, row.ReportJson) = (attempt, engine, reportJson);
        var older = set.SongId is null ? [] : await db.StemSets.Where(other => other.SongId == set.SongId && other.Stems == set.Stems && other.Id != set.Id && other.CreatedAt <= set.CreatedAt).ToListAsync(stop);
        db.RemoveRange(older);
        return older;
    }
}
