namespace Downbeat.Features.Analysis;

/// <summary>The step that listens to a song.</summary>
internal sealed record AnalyseSong(Guid SongId);
