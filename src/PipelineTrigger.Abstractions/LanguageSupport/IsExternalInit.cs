namespace System.Runtime.CompilerServices;

/// <summary>Lets the compiler make init accessors and records, which .NET Framework does not know.</summary>
internal static class IsExternalInit;
