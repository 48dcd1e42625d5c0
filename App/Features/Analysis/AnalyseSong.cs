using Downbeat.Data;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Media;

namespace Downbeat.Features.Analysis;

/// <summary>The step that listens to a song.</summary>
internal sealed record AnalyseSong(Guid SongId);

/// <summary>Decodes the song once, listens, and keeps what was heard.</summary>
internal sealed class AnalyseSongHandler(SongLibrary songs, SongAnalyst analyst, AudioDecoder decoder, Loudness loudness, EarNetworks networks, TimeProvider clock)
    : IStepHandler<AnalyseSong>
{
    /// <summary>Raised when the engine hears better; results of an older one are redone.</summary>
    public const int Revision = 4;

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(AnalyseSong step, StepContext context, CancellationToken stop)
    {
        var song = await songs.GetAsync(context.OwnerId, step.SongId, stop);
        var path = songs.FindAudio(song) ?? throw StudioProblem.NotFound("song");
        context.Report("Decoding", 0);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var measuring = loudness.MeasureAsync(path, ends.Token);
        try
        {
            var (heard, findings) = await ListenAsync(path, song, context, stop);
            context.Report("Measuring loudness", 0.9);

            // As they are kept: beats that are moved and moved back get the same values again.
            var curves = Curves.FromBytes(heard.Curves.ToBytes());
            var analysis = Compose(song.Id, heard, curves.PerBeat(heard.BeatSeconds, heard.DurationSeconds), findings, await measuring, clock.GetUtcNow());
            return StepOutcome.Done((db, cancel) => SaveAsync(db, analysis, curves, cancel), () => analyst.ForgetAsync(context.OwnerId, song.Id));
        }
        finally
        {
            // When listening failed, nobody waits for the loudness any more.
            await ends.CancelAsync();
            await measuring.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<(Heard Heard, NetworkFindings Findings)> ListenAsync(string path, Song song, StepContext context, CancellationToken stop)
    {
        var samples = await decoder.DecodeAsync(path, Listening.SampleRateHz, song.DurationSeconds + 1, stop);
        return await Task.Run(
            async () =>
            {
                context.Report("Asking the networks", 0.1);
                var findings = await networks.ListenAsync(samples, stop);
                var heard = Listening.Listen(samples, findings.Beats, (stage, progress) => context.Report(stage, 0.3 + (0.6 * progress)), stop);
                return (findings.Refine(heard), findings);
            },
            stop);
    }

    /// <summary>Puts together what was heard.</summary>
    internal static SongAnalysis Compose(Guid songId, Heard heard, CurveAtBeats atBeats, NetworkFindings findings, LoudnessFacts level, DateTimeOffset createdAt) =>
        new()
        {
            SongId = songId,
            DurationSeconds = heard.DurationSeconds,
            Bpm = heard.TempoBpm,
            BpmConfidence = heard.TempoConfidence,
            Beats = heard.BeatSeconds,
            Downbeats = [.. heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])],
            BeatsPerBar = heard.BeatsPerBar,
            MetreConfidence = heard.MetreConfidence,
            Tempos = [.. heard.Tempos.Select(tempo => new SongTempo(tempo.StartSeconds, tempo.EndSeconds, tempo.Bpm))],
            Key = heard.Key.Tonic,
            Mode = heard.Key.Mode,
            KeyConfidence = heard.Key.Confidence,
            Chords = [.. heard.Chords.Select(chord => new SongChord(chord.StartSeconds, chord.EndSeconds, chord.Name, chord.Confidence))],
            LoudnessLufs = level.IntegratedLufs <= Loudness.SilenceLufs ? null : level.IntegratedLufs,
            TruePeakDbtp = level.TruePeakDbtp <= Loudness.SilenceDbtp ? null : level.TruePeakDbtp,
            LoudnessRangeLu = level.IntegratedLufs <= Loudness.SilenceLufs ? null : level.RangeLu,
            Energy = atBeats.Energy,
            Curves = new(atBeats.Kick, atBeats.Snare, atBeats.Hats, atBeats.Bass, atBeats.Voice),
            Hits = new(heard.Hits.Kick, heard.Hits.Snare, heard.Hits.Hats),
            Voice = [.. heard.Voice.Select(span => new SongSpan(span.StartSeconds, span.EndSeconds))],
            Sections = [.. heard.Sections.Select(section => new SongSection(
                section.Index, section.StartSeconds, section.EndSeconds, section.Label, section.Group, section.Energy, section.Confidence))],
            Mood = new(heard.Mood.Energy, heard.Mood.Valence, heard.Mood.Tension, heard.Mood.Danceability),
            Genre = new(heard.Genre.Name, heard.Genre.Confidence),
            Tags = [.. findings.Tags?.Tags.Select(tag => new SongTag(tag.Name, tag.Confidence)) ?? []],
            Engine = findings.Engine,
            CreatedAt = createdAt,
        };

    private static async Task SaveAsync(StudioDb db, SongAnalysis analysis, Curves curves, CancellationToken stop)
    {
        await db.LockAnalysisAsync(analysis.SongId, stop);
        if (await db.FindAnalysisAsync(analysis.SongId, stop) is var (stored, corrections, stems))
        {
            stored.Hear(analysis, curves, stems, corrections, Revision);
        }
        else
        {
            db.Analyses.Add(new() { SongId = analysis.SongId }).Entity.Hear(analysis, curves, await db.FindStemsAsync(analysis.SongId, stop), Corrections.None, Revision);
        }
    }
}
