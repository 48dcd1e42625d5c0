namespace Downbeat.Networks;

/// <summary>A loaded network could not do its work. Its state says so until its file changes; the caller goes on without it.</summary>
internal sealed class NetworkFailure(string sentence, Exception? cause = null) : Exception(sentence, cause);
